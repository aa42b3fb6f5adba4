/**
 * A team of threads that run a program together, each its share of every instruction. The lead, of rank 0, gives the jobs and
 * takes part; the mates wait for jobs.
 *
 *      | arrivals | jobs | the job | share of rank 0 | share of rank 1 | ...
 *
 * Between two instructions the threads meet at a barrier, except where each goes on with the rows that it has written.
 */

import { OP_BYTES, Op } from "../isa";
import { Instruction } from "../op";
import { execute } from "../run";
import { awaitCount, COUNTER, meet, signal } from "./barrier";
import { Split, splitOf, takeShare } from "./share";

/** The counter of jobs, behind that of arrivals. */
const JOBS = COUNTER;

/** The arguments of the job, behind both counters. */
const JOB: usize = 2 * COUNTER;

/** Bytes of the part that the ranks share. */
const HEAD: usize = 3 * COUNTER;

/** Bytes of a rank: its share of an instruction, two float64 behind it, and the call that it follows. */
const SEAT: usize = 192;

/** The number of the call, behind the others. */
const CALL: usize = 128;

/** Bytes of a team. */
export function teamBytes(threads: i32): usize {
  return HEAD + <usize>threads * SEAT;
}

/** The program that a team runs; see `run` in ../run.ts. A job of no threads lets the mates go. */
@unmanaged
class Job {
  threads: i32;
  program: usize;
  length: i32;
  slot: i32;
  steps: i32;
  tail: usize;
  period: i32;
  /** Arrivals before it. */
  arrivals: i32;
  step: f64;
}

/** Runs the shares of one rank. @returns false if the others do not come, see awaitCount. */
function runShares(team: usize, rank: i32, naps: i32): bool {
  const job = changetype<Job>(team + JOB);
  const threads = job.threads;
  const share = changetype<Instruction>(team + HEAD + <usize>rank * SEAT);
  const cell = changetype<usize>(share) + OP_BYTES;
  const bytes = <usize>job.length * OP_BYTES;
  const period = job.period;
  let step = job.step;
  let slot = job.slot;
  let arrivals = job.arrivals;
  let left = period ? period - (slot % period) : job.steps + 1;
  let lastSplit = Split.rows;
  let lastRows = 0;
  let isFirst = true;
  for (const last = slot + job.steps; slot < last; slot++, step++) {
    let at = job.program;
    if (--left === 0) {
      at = job.tail;
      left = period;
    }
    for (const end = at + bytes; at < end; at += OP_BYTES) {
      const op = changetype<Instruction>(at);
      const split = splitOf(op);
      const goesOn =
        isFirst ||
        (split === lastSplit && (split === Split.alone || (split === Split.rows && op.rows === lastRows)));
      isFirst = false;
      lastSplit = split;
      lastRows = op.rows;
      if (!goesOn) {
        arrivals += threads;
        if (!meet(team, arrivals, naps)) return false;
      }
      if (takeShare(op, split, rank, threads, share, cell)) execute(share, step, slot);
    }
  }
  if (rank > 0) {
    signal(team);
    return true;
  }
  return meet(team, arrivals + threads, naps);
}

/** Gives a job and runs its part of rank 0. @returns false if a mate is lost: no thread may use the team again. */
export function lead(
  team: usize,
  threads: i32,
  naps: i32,
  program: usize,
  length: i32,
  step: f64,
  slot: i32,
  steps: i32,
  tail: usize,
  period: i32,
): bool {
  const job = changetype<Job>(team + JOB);
  job.threads = threads;
  job.program = program;
  job.length = length;
  job.step = step;
  job.slot = slot;
  job.steps = steps;
  job.tail = tail;
  job.period = period;
  job.arrivals = atomic.load<i32>(team);
  signal(team + JOBS);
  return runShares(team, 0, naps);
}

/** Lets the mates go: each returns from `serve`. */
export function dismiss(team: usize): void {
  changetype<Job>(team + JOB).threads = 0;
  signal(team + JOBS);
}

/** The number of jobs that were given. */
export function jobsOf(team: usize): i32 {
  return atomic.load<i32>(team + JOBS);
}

/** True if all mates follow a call, so that a job may be given. */
export function isComplete(team: usize, threads: i32, call: i32): bool {
  for (let rank = 1; rank < threads; rank++) {
    if (atomic.load<i32>(team + HEAD + <usize>rank * SEAT, CALL) !== call) return false;
  }
  return true;
}

/**
 * Runs the shares of a mate, job after job, until it is released.
 * @param jobs that were given before it was called. @param call the number of this call, from 1.
 */
export function serve(team: usize, rank: i32, jobs: i32, call: i32): void {
  atomic.store<i32>(team + HEAD + <usize>rank * SEAT, call, CALL);
  for (;;) {
    awaitCount(team + JOBS, ++jobs, -1);
    if (changetype<Job>(team + JOB).threads === 0) return;
    runShares(team, rank, -1);
  }
}

/** The cost of what is shared of one step of a program, about as many multiply-adds; negative for those of no shares. */
export function workOf(program: usize, length: i32): f64 {
  let work: f64 = 0;
  for (const end = program + <usize>length * OP_BYTES; program < end; program += OP_BYTES) {
    const op = changetype<Instruction>(program);
    const outputs = <f64>max(op.rows, 1) * <f64>op.cols;
    switch (op.kind) {
      case Op.tiny:
        return -1;
      case Op.dense:
      case Op.weightGradient:
      case Op.descend:
      case Op.inputGradient:
        work += outputs * <f64>op.inner;
        break;
      default:
        if (splitOf(op) !== Split.alone) work += 4 * outputs;
    }
  }
  return work;
}
