import { common } from "./modules/common.js";
import { papers } from "./modules/papers.js";

common();
papers();
