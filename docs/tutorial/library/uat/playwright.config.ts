import { uatConfig } from 'shakedown/uat';

export default uatConfig();
