import { HttpTransport, type Transport } from './transport';

/** The connection that every screen uses. */
export const control: Transport = new HttpTransport();
