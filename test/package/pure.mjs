// Importing an entry point makes no global and works with frozen built-in objects.
const before = Reflect.ownKeys(globalThis).length;
const doors = [
  "densely",
  "densely/core",
  "densely/brain",
  "densely/bullmq",
  "densely/check",
  "densely/lbfgs",
  "densely/article",
  "densely/explain",
  "densely/formats",
  "densely/node",
  "densely/relaxed",
  "densely/search",
  "densely/table",
  "densely/tfjs",
  "densely/ui",
];
const [{ Network }] = await Promise.all(doors.map((door) => import(door)));
const added = Reflect.ownKeys(globalThis).length - before;
if (added !== 0) throw new Error(`importing made ${added} globals`);
new Network([2, 3, 1]).fitSync([[1, 2]], [1]);
