/** Arbiters among `inputs`, each with its rule of who goes first. */
import {
  addressWidth,
  bit,
  countWidth,
  defineModule,
  input,
  lowestOne,
  oneHot,
  popcount,
  select,
  type UIntSignal,
  type UIntType,
  uint,
} from "../../../hdl/index.ts";
import { type ArbiterPolicy, buildArbiter } from "../../../hdl/streams/arbiter.ts";

/**
 * `watched` is a constant that may be any of the inputs. `passed` counts the others that went while it was asking: the bound
 * on waiting. For induction it is tied to the watched one's place in the order, which every grant brings nearer.
 */
export const arbiterProof = defineModule(
  "arbiter_proof",
  ({ inputs, policy }: { inputs: number; policy: ArbiterPolicy }) => ({
    ports: { requests: input(uint(inputs) as UIntType), taken: input(bit) },
    build({ requests, taken }, m) {
      const { held, after, grant } = buildArbiter(m, requests, taken, policy);
      const none = uint(inputs) as UIntType;
      m.assume("takes_what_is_granted", taken.not().or(grant.nonzero()));
      m.assume("asks_until_served", held.and(requests.not()).nonzero().not());

      m.assert("grants_one", grant.and(grant.subWrap(1)).nonzero().not());
      m.assert("grants_to_who_asks", grant.and(requests.not()).nonzero().not());
      m.assert("grants_when_asked", requests.nonzero().not().or(grant.nonzero()));
      const granted = m.reg("granted_before", none, { reset: 0 });
      m.when(taken, () => granted.set(0)).otherwise(() => granted.set(grant));
      m.assert("stays_until_taken", granted.nonzero().not().or(granted.eq(grant)));
      m.assert("holds_what_it_granted", held.eq(granted));
      m.cover("grants_the_last", grant.bit(inputs - 1).and(taken));
      if (!after) {
        m.assert("lowest_first", held.nonzero().or(grant.eq(lowestOne(requests))));
        return;
      }

      const number = m.reg("watched_number", uint(addressWidth(inputs)));
      number.set(number);
      m.assume("watches_one", number.extend(addressWidth(inputs) + 1).lt(inputs));
      const watched = m.node("watched", oneHot(number as UIntSignal, inputs) as UIntSignal);
      const asks = m.node("watched_asks", requests.and(watched).nonzero());
      const passed = m.reg("passed", uint(countWidth(inputs)), { reset: 0 });
      m.when(asks.not().or(taken.and(grant.eq(watched))), () => passed.set(0)).elseWhen(taken, () =>
        passed.set(passed.addWrap(1)),
      );
      m.assert("waits_for_the_others_at_most", passed.lt(inputs));

      // How many come before an input in the present order.
      const place = (one: UIntSignal) => {
        const below = one.subWrap(1) as UIntSignal;
        const wrapped = popcount(after).add(popcount(after.not().and(below)));
        return select(
          uint(wrapped.width),
          after.and(one).nonzero(),
          popcount(after.and(below)).extend(wrapped.width),
          wrapped,
        );
      };
      const before = m.node("place", place(watched) as UIntSignal);
      const total = passed.add(before) as UIntSignal;
      m.assert("comes_nearer", asks.not().or(total.lt(inputs)));
      const overtaken = held.nonzero().and(place(held as UIntSignal).gt(before));
      m.assert("was_first_before", asks.not().or(overtaken.not()).or(passed.eq(0)));
      // `after` is ones above some bit.
      const rest = after.not();
      m.assert("order_is_a_rotation", rest.bit(0).and(rest.and(rest.addWrap(1)).nonzero().not()));
    },
  }),
);
