const number = new Intl.NumberFormat('en');

/** `3,700 of 4,062 bytes`, or by how much it is too long. */
export const bytesLeftWords = (bytes: number, most: number): string =>
  bytes > most
    ? `${number.format(bytes - most)} bytes too long`
    : `${number.format(bytes)} of ${number.format(most)} bytes`;
