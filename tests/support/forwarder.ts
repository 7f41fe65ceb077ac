import { createServer, connect, type AddressInfo, type Server, type Socket } from "node:net";

/** An address that stays the same while the API server behind it becomes another one, as after a rebuild of a cluster. */
export class Forwarder {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #port = 0;

  private constructor() {
    this.#server = createServer((near) => {
      const far = connect({ host: "127.0.0.1", port: this.#port });
      for (const socket of [near, far]) {
        this.#sockets.add(socket);
        socket.on("error", () => {
          near.destroy();
          far.destroy();
        });
        socket.on("close", () => this.#sockets.delete(socket));
      }
      near.pipe(far).pipe(near);
    });
  }

  static async start(): Promise<Forwarder> {
    const forwarder = new Forwarder();
    await new Promise<void>((resolve) => forwarder.#server.listen(0, "127.0.0.1", resolve));
    return forwarder;
  }

  /** Leads to the API server of a kubeconfig from now on. Returns the kubeconfig with the address of this forwarder. */
  leadTo(kubeconfig: string): string {
    const server = /127\.0\.0\.1:(\d+)/;
    this.#port = Number(server.exec(kubeconfig)?.[1]);
    for (const socket of this.#sockets) socket.destroy();
    const { port } = this.#server.address() as AddressInfo;
    return kubeconfig.replace(server, `127.0.0.1:${port}`);
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
