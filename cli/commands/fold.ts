import { arrayLuts } from "../../sw-model/bnn/area.ts";
import { layerFolds } from "../../sw-model/bnn/cycles.ts";
import { fold } from "../../sw-model/bnn/fold.ts";
import { UserError } from "../../sw-model/errors.ts";
import { loadModel } from "../../sw-model/model/store.ts";
import type { MatrixShape } from "../../sw-model/xnor/folding.ts";
import { integerArgument } from "../arguments.ts";
import { table } from "../output.ts";
import type { CommandResult } from "../result.ts";

/** `whittle fold NETWORK --interval N` or `--luts N`: processing elements and lanes for the layers of a binary network. */
export function foldCommand(network: string, options: { interval?: string; luts?: string }): CommandResult {
  const layers = shapesOf(network);
  if ((options.interval === undefined) === (options.luts === undefined)) {
    throw new UserError({
      code: "bad-usage",
      message: "a folding is for cycles a vector or for a budget of look-up tables",
      where: "whittle fold",
      expected: "one of --interval and --luts",
      found: options.interval === undefined ? "neither" : "both",
    });
  }
  const chosen = fold(
    layers,
    options.interval === undefined
      ? { luts: integerArgument("--luts", options.luts as string, 1, 1e9) }
      : { interval: integerArgument("--interval", options.interval, 1, 1e9) },
  );
  const { pes, lanes, interval, luts } = chosen;
  const rows = layerFolds(chosen, layers).map(({ rowFolds, columnFolds }, i) => [
    ...[`${layers[i].cols} x ${layers[i].rows}`, `${pes[i]}`, `${lanes[i]}`],
    ...[`${rowFolds * columnFolds}`, `${Math.round(arrayLuts({ pes: pes[i], lanes: lanes[i] }))}`],
  ]);
  return {
    document: { pes, lanes, interval, luts: Math.round(luts) },
    text: [
      table([["layer", "pes", "lanes", "cycles", "LUTs (model)"], ...rows]),
      `a vector every ${interval} cycles, about ${Math.round(luts)} LUTs and memories`,
      `--set pes=${pes} --set lanes=${lanes}`,
    ].join("\n"),
  };
}

/** The layers of sizes such as 784,256,10 (inputs, then the rows of each layer), or of a stored binary model. */
function shapesOf(network: string): MatrixShape[] {
  if (/^\d+(,\d+)*$/.test(network)) {
    const sizes = network.split(",").map((text) => integerArgument("sizes", text, 1, 65536));
    if (sizes.length > 1) return sizes.slice(1).map((rows, i) => ({ rows, cols: sizes[i] }));
    throw new UserError({
      code: "bad-usage",
      message: "a network has inputs and at least one layer",
      where: network,
      expected: "sizes such as 784,256,10",
      found: network,
    });
  }
  const model = loadModel(network);
  if (model.kind === "binary") return model.layers.map(({ weights }) => weights);
  throw new UserError({
    code: "model-conflict",
    message: `${model.name} is a ${model.kind} model; a pipeline of XNOR arrays takes binary ones`,
    where: network,
    expected: "a binary model, or sizes such as 784,256,10",
    found: `a ${model.kind} model`,
  });
}
