export { Model } from "./model.js";

const USAGE = `POST /NAME?epochs=100&steps=1000   a table as CSV or JSON, its last column the class
GET  /NAME?x=5.1,3.5,1.4,0.2       the class of a row
GET  /NAME/checkpoint              the file that Network.resume and Network.load of densely read
`;

/** Each name has a Durable Object, which trains and stores its network. */
export default {
  fetch(request, { MODELS }) {
    const [, name] = new URL(request.url).pathname.split("/");
    if (!name) return new Response(USAGE);
    return MODELS.get(MODELS.idFromName(name)).fetch(request);
  },
};
