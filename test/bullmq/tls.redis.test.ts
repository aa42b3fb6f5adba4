/** Redis that takes TLS alone, with a certificate that a test has signed. */

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cluster } from "../../src/bullmq.js";
import { Network, RuntimeError } from "../../src/index.js";
import { startWork } from "./program.js";
import { RedisServer } from "./redis.js";
import { bitsOf, spec, table } from "./tables.js";

const folder = mkdtempSync(join(tmpdir(), "densely-tls-"));
const [certificate, key] = ["certificate.pem", "key.pem"].map((name) => join(folder, name)) as [
  string,
  string,
];
let redis: RedisServer;
let url: string;

beforeAll(async () => {
  const subject = ["-subj", "/CN=densely", "-addext", "subjectAltName=IP:127.0.0.1"];
  const kind = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1"];
  const files = ["-keyout", key, "-out", certificate];
  execFileSync("openssl", ["req", ...kind, ...subject, ...files], { stdio: "ignore" });
  redis = await RedisServer.startWithTLS(certificate, key);
  url = `rediss://127.0.0.1:${redis.port}`;
});

afterAll(async () => {
  await redis?.stop();
  rmSync(folder, { recursive: true, force: true });
});

test("a driver with tls and densely work with rediss:// train to the bits of this process", async () => {
  const { child, ended, said } = startWork(["--redis", url, "--concurrency", "1"], {
    NODE_EXTRA_CA_CERTS: certificate,
  });
  const machines = await cluster({ connection: { url, tls: { ca: readFileSync(certificate) } } });
  const { x, y } = table(50);
  const [trained] = await machines.fitMany([{ spec: spec(), x, y }]);
  await machines.close();
  child.kill("SIGINT");
  expect(await ended, said.text).toBe(0);
  const here = new Network(spec());
  await here.fit(x, y);
  expect(bitsOf(trained as Network)).toEqual(bitsOf(here));
});

test("a certificate that is not known is an error with its reason", async () => {
  const error = await cluster({ connection: { url } }).catch((reason) => reason);
  expect(error).toBeInstanceOf(RuntimeError);
  expect(error.message).toMatch(/^Redis at 127\.0\.0\.1:\d+ cannot be used \(.*certificate/);
});
