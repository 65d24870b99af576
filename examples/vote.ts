import {
  addressWidth,
  at,
  bit,
  countWidth,
  defineModule,
  input,
  lowestOne,
  output,
  popcount,
  uint,
  vec,
} from "../hdl/index.ts";

/** Voters with a weight each: how many are in favour, their mean weight of two, and who of them comes first. */
export const vote = defineModule("vote", (p: { voters: number; width: number }) => ({
  ports: {
    inFavour: input(uint(p.voters)),
    weights: input(vec(p.voters, uint(p.width))),
    first: input(uint(addressWidth(p.voters))),
    second: input(uint(addressWidth(p.voters))),
    ayes: output(uint(countWidth(p.voters))),
    carried: output(bit),
    winner: output(uint(p.voters)),
    mean: output(uint(p.width)),
  },
  build({ inFavour, weights, first, second, ayes, carried, winner, mean }) {
    const count = popcount(inFavour);
    ayes.set(count);
    carried.set(count.gt(Math.floor(p.voters / 2)));
    winner.set(lowestOne(inFavour));
    const sum = at(weights, first).add(at(weights, second));
    mean.set(sum.shiftRight(1).fit(p.width));
  },
}));
