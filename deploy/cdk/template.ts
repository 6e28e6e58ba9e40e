// A template as YAML that people read: the short forms `!Ref`, `!Sub` … in place of the long ones.
import { Document, isScalar, Scalar, YAMLSeq } from 'yaml';

const HEAD = ' Made by deploy/synth of deploy/cdk: change it there.';

const SHORT = ['Fn::Sub', 'Fn::If', 'Fn::Equals', 'Fn::Not', 'Fn::FindInMap'];

function shorten(document: Document, value: unknown): unknown {
  if (Array.isArray(value))
    return value.map((each) => shorten(document, each));
  if (value === null || typeof value !== 'object')
    return value;
  const entries = Object.entries(value);
  const [name, content] = entries[0] ?? ['', null];
  if (entries.length === 1 && (name === 'Ref' || name === 'Condition'))
    return tagged(document, `!${name}`, content);
  if (entries.length === 1 && name === 'Fn::GetAtt')
    return tagged(document, '!GetAtt', (content as string[]).join('.'));
  if (entries.length === 1 && SHORT.includes(name))
    return tagged(document, name.replace('Fn::', '!'), shorten(document, content));
  return Object.fromEntries(entries.map(([key, each]) => [key, shorten(document, each)]));
}

function tagged(document: Document, tag: string, content: unknown): unknown {
  const node = document.createNode(content) as Scalar | YAMLSeq;
  node.tag = tag;
  if (!isScalar(node))
    node.flow = true;
  return node;
}

export function templateText(template: object): string {
  // 1.1, as CloudFormation and most readers of templates have it: what would be no text there is quoted.
  const document = new Document(null, { version: '1.1' });
  document.contents = document.createNode(shorten(document, template)) as typeof document.contents;
  document.commentBefore = HEAD;
  return document.toString({ lineWidth: 0, directives: false, indentSeq: false });
}
