// Serves schema.json as the google provider over plaintext gRPC, as far as Terraform asks for validate, plan and test, and
// prints the value of TF_REATTACH_PROVIDERS. A plan takes what is configured and leaves computed values unknown; nothing is
// ever made anywhere, and what Google would compute says whose it is, so that a reference can be followed. What only the real
// provider knows (enumerations, conflicts between fields) is not checked.
//
//   node stub.js SCHEMA
const fs = require('fs');
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');
const msgpack = require('@msgpack/msgpack');

const schema = JSON.parse(fs.readFileSync(process.argv[2]));
const { Provider } = grpc.loadPackageDefinition(loader.loadSync(__dirname + '/plugin.proto', { keepCase: true, longs: Number })).tfplugin6;

const NESTING = { single: 1, list: 2, set: 3 };
const UNKNOWN = new msgpack.ExtData(0, new Uint8Array([0]));

const json = value => Buffer.from(JSON.stringify(value));
const known = value => !(value instanceof msgpack.ExtData);
const decode = dynamic => dynamic && dynamic.msgpack && dynamic.msgpack.length ? msgpack.decode(dynamic.msgpack) : null;
const encode = value => ({ msgpack: Buffer.from(msgpack.encode(value)) });

function wireBlock(block) {
  return {
    version: 0,
    attributes: Object.entries(block.attributes).map(([name, it]) => ({
      name, type: json(it.type), required: !!it.required, optional: !!it.optional, computed: !!it.computed,
    })),
    block_types: Object.entries(block.blocks).map(([name, it]) => ({
      type_name: name, block: wireBlock(it.block), nesting: NESTING[it.nesting],
      min_items: it.min || 0, max_items: it.nesting === 'single' ? 0 : it.max || 0,
    })),
  };
}

const wireSchemas = types => Object.fromEntries(Object.entries(types).map(([name, block]) => [name, { version: 0, block: wireBlock(block) }]));

// Applies change(name, attribute, value) to every attribute of a value, the inner ones too.
function walk(block, value, change) {
  if (value === null || value === undefined || !known(value)) return value;
  for (const [name, it] of Object.entries(block.attributes)) value[name] = change(name, it, value[name]);
  for (const [name, it] of Object.entries(block.blocks)) {
    value[name] = Array.isArray(value[name]) ? value[name].map(one => walk(it.block, one, change)) : walk(it.block, value[name], change);
  }
  return value;
}

// What somebody has called it.
const whose = value => [value.name, value.account_id, value.secret_id].find(it => typeof it === 'string') || 'unnamed';

const unknownIfComputed = (name, it, value) => it.computed && (value === null || value === undefined) ? UNKNOWN : value;

const made = (type, whose) => (name, it, value) => {
  if (known(value)) return value;
  switch (Array.isArray(it.type) ? it.type[0] : it.type) {
    case 'string': return name === 'uri' ? `https://${whose}.invalid` : `made-${name}-of-${type}.${whose}`;
    case 'number': return 0;
    case 'bool': return false;
    case 'map': return {};
    case 'list':
    case 'set': return [];
    default: return null;
  }
};

const STRINGS = ['project', 'region', 'zone', 'credentials', 'access_token', 'impersonate_service_account', 'billing_project'];
const settings = [
  ...STRINGS.map(name => ({ name, type: json('string'), optional: true })),
  ...['user_project_override', 'add_terraform_attribution_label'].map(name => ({ name, type: json('bool'), optional: true })),
  { name: 'default_labels', type: json(['map', 'string']), optional: true },
];

const nothing = (call, answer) => answer(null, {});
const server = new grpc.Server({ 'grpc.max_send_message_length': -1, 'grpc.max_receive_message_length': -1 });
server.addService(Provider.service, {
  GetProviderSchema: (call, answer) => answer(null, {
    provider: { version: 0, block: { version: 0, attributes: settings, block_types: [] } },
    resource_schemas: wireSchemas(schema.resources),
    data_source_schemas: wireSchemas(schema.data),
  }),
  GetResourceIdentitySchemas: nothing,
  ValidateProviderConfig: nothing,
  ConfigureProvider: nothing,
  ValidateResourceConfig: nothing,
  ValidateDataResourceConfig: nothing,
  StopProvider: nothing,
  UpgradeResourceState: (call, answer) => answer(null, { upgraded_state: encode(JSON.parse(call.request.raw_state.json.toString())) }),
  ReadResource: (call, answer) => answer(null, { new_state: call.request.current_state }),
  PlanResourceChange: ({ request }, answer) => {
    const value = decode(request.proposed_new_state);
    answer(null, { planned_state: encode(walk(schema.resources[request.type_name], value, unknownIfComputed)) });
  },
  ApplyResourceChange: ({ request }, answer) => {
    const value = decode(request.planned_state);
    answer(null, { new_state: encode(walk(schema.resources[request.type_name], value, made(request.type_name, whose(value)))) });
  },
  ReadDataSource: ({ request }, answer) => {
    const block = schema.data[request.type_name];
    answer(null, { state: encode(walk(block, walk(block, decode(request.config), unknownIfComputed), made(request.type_name, 'data'))) });
  },
});

server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  console.log(JSON.stringify({
    'registry.terraform.io/hashicorp/google': {
      Protocol: 'grpc', ProtocolVersion: 6, Pid: process.pid, Test: true, Addr: { Network: 'tcp', String: '127.0.0.1:' + port },
    },
  }));
});
