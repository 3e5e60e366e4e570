/** Loaded before a server: SIGUSR2 collects its garbage, so that what is left is what its connections need. */
process.on('SIGUSR2', () => globalThis.gc?.());
