/** The same page over https, with the invitation. */
export const secureAddress = (href: string): string => href.replace(/^http:/, 'https:');
