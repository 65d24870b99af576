import { type Budget, budgetOf } from "../catalog/work.ts";
import { UserError } from "../sw-model/errors.ts";
import { integerArgument } from "./arguments.ts";

/** Options of commands that work in several processes. */
export interface BudgetOptions {
  readonly jobs?: string;
  readonly memory?: string;
}

/** A job that does nothing yet takes a fifth of this. */
const leastMegabytes = 512;

/** How many processes work side by side, and what each may take. */
export function budgetArguments({ jobs, memory }: BudgetOptions): Budget {
  const megabytes = memory === undefined ? undefined : integerArgument("--memory", memory, leastMegabytes, 2 ** 24);
  const budget = budgetOf({
    ...(jobs === undefined ? {} : { jobs: integerArgument("--jobs", jobs, 1, 256) }),
    ...(megabytes === undefined ? {} : { megabytes }),
  });
  if (jobs === undefined || budget.megabytesEach >= leastMegabytes) return budget;
  throw new UserError({
    code: "conflicting-flags",
    message: `${jobs} jobs leave each with ${budget.megabytesEach} MB`,
    where: "--jobs",
    expected: `at least ${leastMegabytes} MB for each job`,
    found: `${budget.jobs * budget.megabytesEach} MB in all${memory === undefined ? ", three quarters of what is free" : ""}`,
    hint: "fewer --jobs, or more --memory",
  });
}
