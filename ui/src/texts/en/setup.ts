export const setup = {
  title: 'Set up a pair',
};
