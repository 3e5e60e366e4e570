/** ByteChat as a library. Everything that is not exported here is internal. */
export type { Config } from './config/config.ts';
export type { Answer } from './core/answer.ts';
export type { Plan } from './core/plan.ts';
export { BytechatError, type Code, type Place, type Problem } from './core/problem.ts';
export type { ReleaseRecord } from './core/release.ts';
export {
  exitCodeOf,
  type Listener,
  type PipelineEvent,
  type Report,
  type Serving,
  type StepResult,
} from './core/report.ts';
export type { Step } from './core/step.ts';
export {
  type ChangeName,
  type ChangeOptions,
  Pipeline,
  type PipelineOptions,
  type QuestionName,
  type QuestionOptions,
} from './pipeline.ts';
