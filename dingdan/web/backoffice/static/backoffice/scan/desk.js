// Which of the desks of the warehouse and of the returns this page is.
import { listen, root } from "./parts.js";

const DESKS = {
  pick: () => import("./pick.js"), pack: () => import("./pack.js"), hand: () => import("./hand.js"), count: () => import("./count.js"),
  door: () => import("./door.js"), back: () => import("./back.js"), allow: () => import("./allow.js"),
};
(await DESKS[root.dataset.desk]()).begin();
listen();
