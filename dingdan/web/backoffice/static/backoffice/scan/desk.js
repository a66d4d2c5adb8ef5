// Which of the warehouse's desks this page is.
import { root } from "./parts.js";

const DESKS = { pick: () => import("./pick.js"), pack: () => import("./pack.js"), hand: () => import("./hand.js"), count: () => import("./count.js") };
(await DESKS[root.dataset.desk]()).begin();
