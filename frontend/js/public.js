import { common } from "./modules/common.js";

common();
