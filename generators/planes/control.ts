import { bit, bitWidth, concat, defineModule, fixedValue, input, output, stream, unpack } from "../../hdl/index.ts";
import type { PlanesParameters } from "../../sw-model/planes/spec.ts";
import { loadSpaces, planesGeometry, stepMarks } from "./geometry.ts";

/**
 * Load port and sequencer. A run steps through the tiles of weight rows; within a tile through the pairs of planes, in
 * falling order of i + j (BISMO, section III); within a pair through the chunks of the vectors. Planes lie in the memories
 * highest first, so the next pair on a diagonal is the next input plane and the weight plane before.
 *
 * The last step of a tile waits until the results of the tile before have left the units' copies.
 */
export const control = defineModule("planes_control", (p: PlanesParameters) => {
  const g = planesGeometry(p);
  const { run, rowAddress } = g;
  return {
    summary: "Load port, and the order of the steps of a run.",
    ports: {
      load: input(stream(g.load)),
      busy: output(bit),
      /** A word for one of the memories. */
      loadWeights: output(bit),
      loadOffsets: output(bit),
      loadInputs: output(bit),

      weightAddress: output(g.weightAddress),
      /** In a half of the input memories. */
      half: output(bit),
      inputAddress: output(g.inputAddress),
      step: output(stepMarks),

      /** How the results of the tile under way are made; stands still until `finished`. */
      finish: output(g.finish),
      firstRow: output(rowAddress),
      /** The last result of a tile has been taken out of the units. */
      finished: input(bit),
    },
    build(io, m) {
      const { space, half, data } = io.load.data;
      const active = m.reg("active", bit, { reset: false });
      const current = m.reg("current", run);
      // Between the last step of a tile and its last result.
      const finishing = m.reg("finishing", bit, { reset: false });
      const finish = m.reg("finishAs", g.finish);
      const tileRow = m.reg("tileRow", rowAddress);

      // Inputs may come for the half that is not in use; weights only while nothing computes.
      const reading = m.node("reading", active.and(current.finish.half.xor(half).not()));
      const summing = m.node("summing", finishing.and(finish.half.xor(half).not()));
      m.switch(space, {
        [loadSpaces.inputs]: () => io.load.ready.set(reading.or(summing).not()),
        [loadSpaces.run]: () => io.load.ready.set(active.not()),
        default: () => io.load.ready.set(active.or(finishing).not()),
      });
      const taken = m.node("taken", io.load.fire);
      io.loadWeights.set(taken.and(space.eq(loadSpaces.weights)));
      io.loadOffsets.set(taken.and(space.eq(loadSpaces.offsets)));
      io.loadInputs.set(taken.and(space.eq(loadSpaces.inputs)));
      const start = m.node("start", taken.and(space.eq(loadSpaces.run)));
      io.busy.set(active.or(finishing));

      // Position, and the addresses that belong to it: planes are numbered from the highest.
      const chunk = m.reg("chunk", g.chunk);
      const inputPlane = m.reg("inputPlane", g.inputPlane);
      const weightPlane = m.reg("weightPlane", g.weightPlane);
      const inputAddress = m.reg("inputWord", g.inputAddress);
      const weightAddress = m.reg("weightWord", g.weightAddress);
      const tile = m.reg("tile", current.lastTile.type);
      const row = m.reg("row", rowAddress);
      // Where the diagonal under way began.
      const firstInputPlane = m.reg("firstInputPlane", g.inputPlane);
      const firstWeightPlane = m.reg("firstWeightPlane", g.weightPlane);
      const firstInputWord = m.reg("firstInputWord", g.inputAddress);
      const firstWeightWord = m.reg("firstWeightWord", g.weightAddress);

      const lastChunk = m.node("lastChunk", chunk.eq(current.lastChunk));
      const lowestInput = m.node("lowestInput", inputPlane.eq(current.lastInputPlane));
      const diagonalEnds = m.node("diagonalEnds", lowestInput.or(weightPlane.eq(0)));
      const lastPair = m.node("lastPair", lowestInput.and(weightPlane.eq(current.lastWeightPlane)));
      const lastOfTile = m.node("lastOfTile", lastChunk.and(lastPair));
      const step = m.node("stepping", active.and(lastOfTile.and(finishing).not()));

      const startTile = () => {
        inputPlane.set(0);
        weightPlane.set(0);
        inputAddress.set(0);
        firstInputPlane.set(0);
        firstWeightPlane.set(0);
        firstInputWord.set(0);
      };
      const chunksOf = (width: number) => current.lastChunk.extend(width);
      m.when(start, () => {
        active.set(true);
        current.set(unpack(run, data.bits(bitWidth(run) - 1, 0)));
        startTile();
        chunk.set(0);
        weightAddress.set(0);
        firstWeightWord.set(0);
        tile.set(0);
        row.set(0);
      }).elseWhen(step, () => {
        // The words of a plane, its neighbour's and the next tile's follow one another.
        inputAddress.set(inputAddress.addWrap(1));
        weightAddress.set(weightAddress.addWrap(1));
        chunk.set(chunk.addWrap(1));
        m.when(lastChunk, () => {
          chunk.set(0);
          m.when(lastPair, () => {
            startTile();
            firstWeightWord.set(weightAddress.addWrap(1));
            tile.set(tile.addWrap(1));
            row.set(row.addWrap(p.rows % 2 ** rowAddress.width));
            active.set(tile.ne(current.lastTile));
          })
            .elseWhen(diagonalEnds, () => {
              const lower = m.node("lowerWeight", firstWeightPlane.ne(current.lastWeightPlane));
              m.when(lower, () => {
                const weightPlaneBelow = m.node("weightPlaneBelow", firstWeightPlane.addWrap(1));
                const below = m.node(
                  "weightBelow",
                  firstWeightWord.addWrap(chunksOf(g.weightAddress.width)).addWrap(1),
                );
                firstWeightPlane.set(weightPlaneBelow);
                firstWeightWord.set(below);
                weightPlane.set(weightPlaneBelow);
                weightAddress.set(below);
                inputPlane.set(firstInputPlane);
                inputAddress.set(firstInputWord);
              }).otherwise(() => {
                const inputPlaneBelow = m.node("inputPlaneBelow", firstInputPlane.addWrap(1));
                const below = m.node("inputBelow", firstInputWord.addWrap(chunksOf(g.inputAddress.width)).addWrap(1));
                firstInputPlane.set(inputPlaneBelow);
                firstInputWord.set(below);
                inputPlane.set(inputPlaneBelow);
                inputAddress.set(below);
                weightPlane.set(firstWeightPlane);
                weightAddress.set(firstWeightWord);
              });
            })
            .otherwise(() => {
              inputPlane.set(inputPlane.addWrap(1));
              weightPlane.set(weightPlane.subWrap(1));
              const twice = concat(chunksOf(g.weightAddress.width), fixedValue(bit, true)).bits(
                g.weightAddress.width - 1,
                0,
              );
              weightAddress.set(weightAddress.subWrap(twice));
            });
        });
      });

      m.when(step.and(lastOfTile), () => {
        finishing.set(true);
        finish.set(current.finish);
        tileRow.set(row);
      }).elseWhen(io.finished, () => finishing.set(false));

      io.half.set(current.finish.half);
      io.inputAddress.set(inputAddress);
      io.weightAddress.set(weightAddress);
      io.finish.set(finish);
      io.firstRow.set(tileRow);
      const firstChunk = chunk.eq(0);
      io.step.set({
        valid: step,
        first: firstChunk.and(inputPlane.eq(0)).and(weightPlane.eq(0)),
        doubled: firstChunk.and(inputPlane.eq(firstInputPlane)),
        weightNegative: current.weightSigned.and(weightPlane.eq(0)),
        inputNegative: current.inputSigned.and(inputPlane.eq(0)),
        last: lastOfTile,
      });
    },
  };
});
