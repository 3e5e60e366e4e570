import process from 'node:process';

/**
 * CI asks for everything: each edge, each theme, many seeds. A run without BYTECHAT_TEST_ENGINES=required is for whoever
 * has just edited something: it takes a sample of these, and minutes less.
 */
export const thorough = process.env.BYTECHAT_TEST_ENGINES === 'required';
