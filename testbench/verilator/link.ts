import { once } from "node:events";
import { WebSocket } from "ws";
import { Awake } from "./awake.ts";
import { decodeReply, type Reply } from "./decode.ts";
import { magic, maxFrameBytes, protocolVersion } from "./protocol.ts";

/** The socket to a simulator: frames out, replies in, in order. */
export interface Link {
  send(frame: Uint32Array): void;
  close(): void;
}

/** What happens on a link. */
export interface LinkEvents {
  reply(reply: Reply): void;
  /** A frame came that is none of the protocol. */
  garbage(frame: Buffer): void;
  closed(): void;
}

/**
 * Connect as the controlling client; rejects when the simulator refuses (wrong token, another client) or greets in
 * another protocol version.
 */
export async function connect(port: number, token: string, events: LinkEvents): Promise<Link> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/control/${token}`, {
    perMessageDeflate: false,
    maxPayload: maxFrameBytes,
    handshakeTimeout: 10_000,
    // The mask protects proxies on the web; on the loopback interface it only costs time. All zero means no masking.
    generateMask: (mask) => void mask.fill(0),
  });
  socket.binaryType = "nodebuffer";
  const [hello] = (await once(socket, "message")) as [Buffer];
  if (hello.length < 20 || hello.readUInt32LE(0) !== magic || hello.readUInt32LE(4) !== protocolVersion) {
    socket.terminate();
    throw new Error(`the simulator does not speak version ${protocolVersion} of the protocol`);
  }
  const awake = new Awake();
  socket.on("message", (data: Buffer) => {
    awake.answered();
    const reply = decodeReply(data);
    if (reply === undefined) events.garbage(data);
    else events.reply(reply);
  });
  socket.on("close", () => events.closed());
  // A lost connection closes the socket too, and is handled there.
  socket.on("error", () => undefined);
  return {
    send: (frame) => {
      socket.send(new Uint8Array(frame.buffer, frame.byteOffset, frame.byteLength));
      awake.asked();
    },
    close: () => socket.close(),
  };
}
