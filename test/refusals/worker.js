// Not the build for workerd.
import { Network } from "./node_modules/densely/dist/index.js";

export default {
  fetch() {
    try {
      return new Response(`${new Network([2, 4, 1]).predict([0, 1]).length} prediction`);
    } catch (error) {
      return new Response(`${error.name}: ${error.message}`);
    }
  },
};
