export const kept = {
  title: 'Kept files',
};
