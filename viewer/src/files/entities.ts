/** Objects of a file, from the server's words to H5Web's. */
import { EntityKind, parseShape, type Attribute, type ChildEntity, type ProvidedEntity } from '@h5web/app';
import { typeOf, type StoredType } from './types.ts';

interface StoredAttribute {
  readonly name: string;
  readonly shape: readonly number[] | null;
  readonly type: StoredType;
}

/** As h5grove describes an object. */
export type StoredEntity = { readonly name: string } & (
  | {
      readonly kind: 'group';
      readonly attributes: readonly StoredAttribute[];
      readonly children?: readonly StoredEntity[];
    }
  | {
      readonly kind: 'dataset';
      readonly attributes: readonly StoredAttribute[];
      readonly shape: readonly number[] | null;
      readonly type: StoredType;
      readonly chunks: readonly number[] | null;
      readonly filters: readonly { readonly id: number; readonly name: string }[] | null;
    }
  | {
      readonly kind: 'datatype';
      readonly attributes: readonly StoredAttribute[];
      readonly type: StoredType;
    }
  | { readonly kind: 'soft_link'; readonly target_path: string }
  | { readonly kind: 'external_link'; readonly target_file: string; readonly target_path: string }
  | { readonly kind: 'other' }
);

/** The object at `path` with its members. */
export function entityOf(path: string, stored: StoredEntity): ProvidedEntity {
  const entity = childOf(path, stored);
  if (entity.kind !== EntityKind.Group) return entity;
  const children = stored.kind === 'group' ? (stored.children ?? []) : [];
  return { ...entity, children: children.map((child) => childOf(pathIn(path, child.name), child)) };
}

export function pathIn(group: string, name: string): string {
  return group === '/' ? `/${name}` : `${group}/${name}`;
}

function childOf(path: string, stored: StoredEntity): ChildEntity {
  const { name } = stored;
  switch (stored.kind) {
    case 'group':
      return { name, path, kind: EntityKind.Group, attributes: stored.attributes.map(attributeOf) };
    case 'dataset': {
      const { shape, type, chunks, filters } = stored;
      return {
        ...{ name, path, kind: EntityKind.Dataset, attributes: stored.attributes.map(attributeOf) },
        ...{ shape: parseShape(shape === null ? null : [...shape]), type: typeOf(type), rawType: type },
        ...(chunks === null ? {} : { chunks: [...chunks] }),
        ...(filters === null ? {} : { filters: [...filters] }),
      };
    }
    case 'datatype': {
      const attributes = stored.attributes.map(attributeOf);
      return {
        name,
        path,
        kind: EntityKind.Datatype,
        attributes,
        type: typeOf(stored.type),
        rawType: stored.type,
      };
    }
    case 'soft_link':
      return unresolved(name, path, { class: 'Soft', path: stored.target_path });
    case 'external_link':
      return unresolved(name, path, {
        class: 'External',
        file: stored.target_file,
        path: stored.target_path,
      });
    case 'other':
      return unresolved(name, path);
  }
}

/** What leads nowhere, or out of what is served. */
function unresolved(name: string, path: string, link?: NonNullable<ChildEntity['link']>): ChildEntity {
  return { name, path, kind: EntityKind.Unresolved, attributes: [], ...(link === undefined ? {} : { link }) };
}

function attributeOf({ name, shape, type }: StoredAttribute): Attribute {
  return { name, shape: parseShape(shape === null ? null : [...shape]), type: typeOf(type) };
}
