import { Network } from "./node_modules/densely/dist/index.js";

try {
  globalThis.answer = `${new Network([2, 4, 1]).predict([0, 1]).length} prediction`;
} catch (error) {
  globalThis.answer = `${error.name}: ${error.message}`;
}
