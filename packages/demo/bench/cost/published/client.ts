/** As many sockets as Tidemark's clients open. */
const socketsMax = 64;

export const clientSettings = {
  requestHandler: {
    httpsAgent: { keepAlive: true, maxSockets: socketsMax },
    httpAgent: { keepAlive: true, maxSockets: socketsMax },
  },
} as const;
