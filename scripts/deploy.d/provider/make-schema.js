// Reads the classes that CDKTF has generated for the google provider back into a schema, as JSON, a type a line.
//
//   node make-schema.js LIB CORRECTIONS <TYPES      each line of TYPES: resource|data NAME
const fs = require('fs');
const path = require('path');

const [lib, corrections] = process.argv.slice(2);
const wanted = new Set(fs.readFileSync(0, 'utf8').trim().split('\n'));
const capital = name => name[0].toUpperCase() + name.slice(1);

function all(pattern, text, each) {
  for (let found; (found = pattern.exec(text));) each(found);
}

const TYPES = {
  string: 'string', boolean: 'bool', number: 'number', any: 'dynamic',
  stringList: ['list', 'string'], numberList: ['list', 'number'], booleanList: ['list', 'bool'],
  stringMap: ['map', 'string'], numberMap: ['map', 'number'], booleanMap: ['map', 'bool'], anyMap: ['map', 'dynamic'],
};

// What a function fooToHclTerraform, or the resource itself, writes: its fields and blocks.
function written(text) {
  const fields = {};
  all(/^\s*"?(\w+)"?: \{\s*value: ([\s\S]*?),\s*isBlock: (true|false),\s*type: "(\w+)",\s*storageClassType: "([^"]*)",/gm, text,
    ([, name, value, block, type, storage]) => { fields[name] = { value, block: block === 'true', type, storage }; });
  return fields;
}

// Which fields only the provider sets, and of which type they are.
function computedOf(body) {
  const fields = {};
  all(/\/\/ (\w+) - computed: (true|false), optional: (true|false), required: (true|false)([\s\S]*?)(?=\n\s*\/\/ \w+ - computed|$)/g, body || '',
    ([, name, computed, optional, required, code]) => {
      if (computed === 'true' && optional === 'false' && required === 'false') fields[name] = computedType(code);
    });
  return fields;
}

function computedType(code) {
  if (/getStringAttribute\('/.test(code)) return 'string';
  if (/getNumberAttribute\('/.test(code)) return 'number';
  if (/getBooleanAttribute\('/.test(code)) return 'bool';
  if (/getListAttribute\('/.test(code)) return [/Fn\.tolist/.test(code) ? 'set' : 'list', 'string'];
  if (/StringMap\(/.test(code)) return ['map', 'string'];
  return 'dynamic';
}

// Which fields an interface of the declarations requires.
function requiredOf(declarations) {
  const interfaces = {};
  all(/export interface (\w+) [^{]*\{([\s\S]*?)\n\}/g, declarations, ([, name, body]) => {
    interfaces[name] = {};
    all(/#(\w+) [\w]+#\w+\}(?:(?!readonly)[\s\S])*?\*\/\s*readonly \w+(\??):/g, body,
      ([, field, optional]) => { interfaces[name][field] = optional === ''; });
  });
  return interfaces;
}

function read(folder) {
  const code = fs.readFileSync(path.join(lib, folder, 'index.js'), 'utf8');
  const type = (code.match(/\.tfResourceType = "([^"]+)"/) || [])[1];
  const kind = /extends cdktf\.TerraformDataSource/.test(code) ? 'data' : 'resource';
  if (!type || !wanted.has(kind + ' ' + type)) return null;
  const writers = {};
  all(/function (\w+)ToHclTerraform\(struct\) \{[\s\S]*?const attrs = (\{[\s\S]*?\n    \});/g, code,
    ([, name, body]) => { writers[name] = written(body); });
  const classes = {};
  all(/^class (\w+) extends [\w.]+ \{([\s\S]*?)^\}/gm, code, ([, name, body]) => { classes[name] = body; });
  const required = requiredOf(fs.readFileSync(path.join(lib, folder, 'index.d.ts'), 'utf8'));
  const top = Object.keys(classes).find(name => /synthesizeHclAttributes/.test(classes[name]));
  const fields = code.match(/synthesizeHclAttributes\(\) \{\s*const attrs = (\{[\s\S]*?\n        \});/);

  function block(its, body, name) {
    const made = { attributes: {}, blocks: {} };
    const must = required[name] || {};
    const computed = computedOf(body);
    for (const [field, it] of Object.entries(its)) {
      if (it.block) {
        const child = it.value.match(/(\w+)ToHclTerraform/)[1];
        made.blocks[field] = {
          nesting: it.type === 'struct' ? 'single' : it.type === 'set' ? 'set' : 'list',
          max: /listMapperHcl/.test(it.value) ? 0 : 1, min: must[field] ? 1 : 0,
          block: block(writers[child] || {}, classes[capital(child) + 'OutputReference'], capital(child)),
        };
      } else if (field === 'id') {
        made.attributes.id = { type: 'string', optional: true, computed: true };
      } else {
        const plain = TYPES[it.storage] || 'dynamic';
        made.attributes[field] = {
          type: it.type === 'set' && Array.isArray(plain) ? ['set', plain[1]] : plain,
          ...(must[field] ? { required: true } : { optional: true }),
        };
      }
    }
    for (const [field, fieldType] of Object.entries(computed)) {
      if (!its[field]) made.attributes[field] = { type: fieldType, computed: true };
    }
    return made;
  }

  return { type, kind, block: block(fields ? written(fields[1]) : {}, classes[top], top + 'Config') };
}

function merge(into, from) {
  for (const [key, value] of Object.entries(from)) {
    if (into[key] && typeof into[key] === 'object' && !Array.isArray(into[key])) merge(into[key], value);
    else into[key] = value;
  }
}

const made = { resources: {}, data: {} };
for (const folder of fs.readdirSync(lib).sort()) {
  const it = fs.existsSync(path.join(lib, folder, 'index.js')) ? read(folder) : null;
  if (it) made[it.kind === 'data' ? 'data' : 'resources'][it.type] = it.block;
}
merge(made, JSON.parse(fs.readFileSync(corrections)));
const missing = [...wanted].filter(line => {
  const [kind, type] = line.split(' ');
  return !made[kind === 'data' ? 'data' : 'resources'][type];
});
if (missing.length) throw new Error('not in the provider: ' + missing.join(', '));
const lines = types => Object.entries(types).sort().map(([name, block]) => JSON.stringify(name) + ':' + JSON.stringify(block)).join(',\n');
process.stdout.write(`{"resources":{\n${lines(made.resources)}\n},"data":{\n${lines(made.data)}\n}}\n`);
