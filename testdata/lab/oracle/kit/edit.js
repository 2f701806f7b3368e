// Adds a script to package.json, as the learner does in the editor.
const fs = require('fs');
const project = JSON.parse(fs.readFileSync('package.json', 'utf8'));
project.scripts = { ...project.scripts, hello: 'greet Ada' };
fs.writeFileSync('package.json', JSON.stringify(project, null, 2) + '\n');
console.log('edited');
