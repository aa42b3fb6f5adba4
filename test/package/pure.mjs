// "sideEffects" names densely/worker alone: importing others writes to no global, and the built-in objects may be frozen.
const before = Reflect.ownKeys(globalThis).length;
const doors = ["densely", "densely/article", "densely/formats", "densely/node", "densely/relaxed"];
const [{ Network }] = await Promise.all(doors.map((door) => import(door)));
const added = Reflect.ownKeys(globalThis).length - before;
if (added !== 0) throw new Error(`importing made ${added} globals`);
new Network([2, 3, 1]).fitSync([[1, 2]], [1]);
