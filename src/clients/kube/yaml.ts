/** What we use of it, by name: files of others keep their comments and whatever else they say. */
export { type Document, isMap, isSeq, parseDocument, type YAMLMap, YAMLSeq } from 'yaml';
