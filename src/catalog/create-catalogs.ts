/** All that can be asked for, and the plans for it, joined. */
import type { CardLibrary, CommandPolicy } from "../job/card-contract.ts";
import type { CardPlanner, ModelCatalogStore, Plan } from "../job/catalog-contract.ts";
import { createCardLibrary } from "./cards/card-library.ts";
import { createCardPlanner } from "./cards/plan-card.ts";
import { createModelCatalog } from "./model-catalog.ts";
import type { PlanOptions } from "./plan.ts";
import { createPlan } from "./plan.ts";

export interface CatalogsOptions extends Omit<PlanOptions, "catalog" | "cards"> {
  /** The model catalogue, and what it begins as where there is none. */
  modelConfigs: string;
  sampleFile: string;
  /** Folder of the resource cards. */
  resources: string;
  commands: CommandPolicy;
}

export interface Catalogs {
  catalog: ModelCatalogStore;
  cards: CardLibrary;
  planner: CardPlanner;
  plan: Plan;
}

export function createCatalogs(options: CatalogsOptions): Catalogs {
  const { modelConfigs, sampleFile, modelsDir, resources, commands, uiHome } = options;
  const catalog = createModelCatalog({ file: modelConfigs, sampleFile, modelsDir });
  const cards = createCardLibrary({ folder: resources, policy: commands, uiHome });
  const planner = createCardPlanner(cards);
  return { catalog, cards, planner, plan: createPlan({ ...options, catalog, cards: planner }) };
}
