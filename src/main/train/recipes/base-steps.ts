/** How long each stage of the base model's recipe goes on. */

/** Steps of each stage; smaller ones serve tests. */
export interface BaseSteps {
  readonly warmUp: number;
  readonly sound: number;
  readonly mixed: number;
  readonly hasty: number;
}

export const BASE_STEPS: BaseSteps = { warmUp: 1000, sound: 1200, mixed: 400, hasty: 300 };
