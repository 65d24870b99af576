/** Parts for streams. All obey the rules of a stream: `valid` does not wait for `ready`, and what is offered stays. */
export { type ArbiterPolicy, arbiter, arbitrated, type Chosen } from "./arbiter.ts";
export { buffered, forwardRegister, halfRegister, registered, skidBuffer } from "./buffer.ts";
export { connect } from "./connect.ts";
export { receivedOnCredit, type Sent, sentOnCredit } from "./credit.ts";
export { fifo, queued } from "./fifo.ts";
export { forked } from "./fork.ts";
export { type Joined, joined } from "./join.ts";
export { filtered, mapped } from "./map.ts";
export { checkStreams } from "./protocol.ts";
export { registerFifo } from "./register-fifo.ts";
export { timingOf } from "./timing.ts";
export { narrowed, narrower, widened, widener } from "./width.ts";
