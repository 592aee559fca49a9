// Loads the built addon and prints { version, device }; run by set-up in a process of its own.
const path = require('node:path');
process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
const folder = path.resolve(__dirname, '../../../node_modules/@tensorflow/tfjs-node-gpu/lib/napi-v8');
const quiet = require(path.join(folder, 'quiet.node'));
quiet.mute();
const binding = require(path.join(folder, 'tfjs_binding.node'));
quiet.restore();
console.log(JSON.stringify({ version: binding.TF_Version, device: binding.isUsingGpuDevice() ? 'gpu' : 'cpu' }));
