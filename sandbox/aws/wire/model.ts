import { NormalizedSchema } from '@smithy/core/schema';

/** The services whose requests the endpoint can read, by the name in the signature's credential scope. */
export type ServiceName = 'rds' | 'sts' | 'ec2' | 'kms' | 's3';

export type ProtocolName = 'query' | 'ec2-query' | 'json-1.1' | 'rest-xml';

/** One operation as the SDK itself describes it. */
export interface OperationModel {
  readonly name: string;
  readonly input: NormalizedSchema;
  readonly output: NormalizedSchema;
  /** Method, URI pattern and success status; only REST services have it. */
  readonly http?: { readonly method: string; readonly uri: string; readonly status: number };
}

/** A fault that the service's model knows, so that code and status are right whatever the caller of `AwsFault` wrote. */
export interface FaultModel {
  readonly code: string;
  readonly status?: number;
}

export interface ServiceModel {
  readonly name: ServiceName;
  readonly protocol: ProtocolName;
  readonly xmlNamespace: string;
  readonly version: string;
  readonly operations: ReadonlyMap<string, OperationModel>;
  /** By wire code and by shape name: `DBInstanceNotFound` and `DBInstanceNotFoundFault` find the same fault. */
  readonly faults: ReadonlyMap<string, FaultModel>;
}

interface ServiceFacts {
  readonly protocol: ProtocolName;
  readonly xmlNamespace: string;
  readonly version: string;
  readonly load: () => Promise<Record<string, unknown>>;
}

// Namespace and version stand in each client's runtimeConfig.shared.js. Clients are loaded on first use: EC2's alone takes a quarter of a second.
const services: Readonly<Record<ServiceName, ServiceFacts>> = {
  rds: {
    protocol: 'query',
    xmlNamespace: 'http://rds.amazonaws.com/doc/2014-10-31/',
    version: '2014-10-31',
    load: () => import('@aws-sdk/client-rds'),
  },
  sts: {
    protocol: 'query',
    xmlNamespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
    version: '2011-06-15',
    load: () => import('@aws-sdk/client-sts'),
  },
  ec2: {
    protocol: 'ec2-query',
    xmlNamespace: 'http://ec2.amazonaws.com/doc/2016-11-15/',
    version: '2016-11-15',
    load: () => import('@aws-sdk/client-ec2'),
  },
  kms: {
    protocol: 'json-1.1',
    xmlNamespace: '',
    version: '2014-11-01',
    load: () => import('@aws-sdk/client-kms'),
  },
  s3: {
    protocol: 'rest-xml',
    xmlNamespace: 'http://s3.amazonaws.com/doc/2006-03-01/',
    version: '2006-03-01',
    load: () => import('@aws-sdk/client-s3'),
  },
};

const loaded = new Map<ServiceName, Promise<ServiceModel>>();

export function isServiceName(name: string): name is ServiceName {
  return Object.hasOwn(services, name);
}

export function protocolOf(name: ServiceName): ProtocolName {
  return services[name].protocol;
}

/** The service's model, read once from the schemas which its SDK client exports. */
export function loadServiceModel(name: ServiceName): Promise<ServiceModel> {
  const known = loaded.get(name);
  if (known) return known;
  const loading = readModel(name);
  loaded.set(name, loading);
  return loading;
}

const operationKind = 9;
const errorKind = -3;

async function readModel(name: ServiceName): Promise<ServiceModel> {
  const facts = services[name];
  const operations = new Map<string, OperationModel>();
  const faults = new Map<string, FaultModel>();
  for (const exported of Object.values(await facts.load())) {
    if (!Array.isArray(exported)) continue;
    if (exported[0] === operationKind) {
      const operation = readOperation(exported);
      operations.set(operation.name, operation);
    } else if (exported[0] === errorKind) {
      const shape = String(exported[2]);
      const fault = readFault(shape, exported[3], facts.protocol);
      faults.set(shape, fault);
      faults.set(fault.code, fault);
    }
  }
  return {
    name,
    protocol: facts.protocol,
    xmlNamespace: facts.xmlNamespace,
    version: facts.version,
    operations,
    faults,
  };
}

function readOperation(schema: readonly unknown[]): OperationModel {
  const http = record(schema[3])['http'];
  const model = {
    name: String(schema[2]),
    input: NormalizedSchema.of(schema[4] as Parameters<typeof NormalizedSchema.of>[0]),
    output: NormalizedSchema.of(schema[5] as Parameters<typeof NormalizedSchema.of>[0]),
  };
  if (!Array.isArray(http)) return model;
  return { ...model, http: { method: String(http[0]), uri: String(http[1]), status: Number(http[2]) } };
}

function readFault(shape: string, traits: unknown, protocol: ProtocolName): FaultModel {
  // KMS's model carries Query codes and statuses too; what goes over its wire is the shape's name, with 400.
  if (protocol === 'json-1.1') return { code: shape };
  const { awsQueryError, httpError } = record(traits);
  if (Array.isArray(awsQueryError)) return { code: String(awsQueryError[0]), status: Number(awsQueryError[1]) };
  return typeof httpError === 'number' ? { code: shape, status: httpError } : { code: shape };
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

/** Names of the members that a request must have, in the order of the model. */
export function requiredMembers(schema: NormalizedSchema): readonly string[] {
  if (!schema.isStructSchema()) return [];
  const struct = schema.getSchema() as readonly unknown[];
  const names = struct[4] as readonly string[];
  return names.slice(0, typeof struct[6] === 'number' ? struct[6] : 0);
}
