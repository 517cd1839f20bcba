// Host, port and seconds are the arguments; every name leads to loopback.
const https = require('https');
const [host, port, seconds] = process.argv.slice(2);
const lookup = (name, options, found) =>
  options.all ? found(null, [{ address: '127.0.0.1', family: 4 }]) : found(null, '127.0.0.1', 4);
const request = https.get({ host, port, lookup }, (answer) => {
  console.log(answer.statusCode);
  answer.resume();
});
const late = setTimeout(() => request.destroy(new Error('connect ETIMEDOUT')), seconds * 1000);
request.on('close', () => clearTimeout(late));
request.on('error', (error) => {
  console.error(error);
  process.exitCode = 1;
});
