import { asked } from "./modules/asked.js";
import { common } from "./modules/common.js";
import { papers } from "./modules/papers.js";

common();
asked();
papers();
