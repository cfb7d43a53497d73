// Drives Bandwidth's JavaScript SDK against a sandbox and prints what the SDK
// gave back, as one JSON object.
//
//   node sdk.js FOLDER SETTINGS
//
// FOLDER has the SDK in its node_modules. SETTINGS is a JSON object: origin (of
// the sandbox), account, application, number, username, password, clientId,
// clientSecret.
'use strict';

const { createRequire } = require('node:module');
const load = createRequire(process.argv[2] + '/');
const { Configuration, MessagesApi, MediaApi } = load('bandwidth-sdk');
const axios = load('axios');
const settings = JSON.parse(process.argv[3]);

const basePath = settings.origin + '/api/v2';
const basic = new Configuration({ basePath, username: settings.username, password: settings.password });
const oauth = new Configuration({ basePath, clientId: settings.clientId, clientSecret: settings.clientSecret });

// The SDK has the address of the token endpoint built in.
const tokens = 'https://api.bandwidth.com/';
axios.interceptors.request.use((request) => {
  if (request.url.startsWith(tokens)) {
    request.url = settings.origin + '/' + request.url.slice(tokens.length);
  }
  return request;
});

function message(fields) {
  return { from: settings.number, applicationId: settings.application, text: 'Hello world', ...fields };
}

// What the SDK reports of a call, whether it succeeds or throws.
async function outcome(call) {
  try {
    const { status, data } = await call;
    return { status, data };
  } catch (e) {
    if (!e.response) throw e;
    return { status: e.response.status, data: e.response.data };
  }
}

async function main() {
  const messages = new MessagesApi(basic);
  const media = new MediaApi(basic);
  const account = settings.account;
  const name = 'folder/picture.png';
  const seen = {};

  seen.one = await outcome(messages.createMessage(account, message({ to: '+12345678902', tag: 'one', priority: 'high' })));
  seen.group = await outcome(messages.createMessage(account, message({
    to: new Set(['+12345678902', '+12345678903']),
    media: ['https://a.example/b.png'],
    expiration: new Date(Date.now() + 86400000).toISOString(),
  })));
  seen.withToken = await outcome(new MessagesApi(oauth).createMessage(account, message({ to: ['+12345678904'] })));
  seen.withTokenAgain = await outcome(new MessagesApi(oauth).createMessage(account, message({ to: ['+12345678905'] })));

  seen.list = await outcome(messages.listMessages(account, undefined, settings.number, '+12345678903'));
  const limit = Array(25).fill(undefined); // the parameters between the account and the limit
  limit[4] = 'OUTBOUND';
  limit[17] = 'USA'; // the calling number's country
  seen.page = await outcome(messages.listMessages(account, ...limit, 2));

  seen.upload = await outcome(media.uploadMedia(account, name, '123456', 'text/plain', 'no-cache'));
  seen.uploads = await outcome(media.listMedia(account));
  seen.download = await outcome(media.getMedia(account, name, { responseType: 'text', transformResponse: (body) => body }));
  seen.delete = await outcome(media.deleteMedia(account, name));
  seen.gone = await outcome(media.getMedia(account, name));

  seen.invalid = await outcome(messages.createMessage(account, message({ to: ['+1invalid'], text: undefined })));
  seen.stranger = await outcome(new MessagesApi(new Configuration({ basePath, username: 'x', password: 'y' }))
    .createMessage(account, message({ to: ['+12345678902'] })));
  seen.full = await outcome(messages.createMessage(account, message({ to: ['+19995550429'] })));

  console.log(JSON.stringify(seen));
}

main().catch((e) => {
  console.error(e.stack);
  process.exit(1);
});
