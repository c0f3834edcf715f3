/** Where the app's tests play: the channel of a service, and whoever is in the workspace. */

export const channel = 'C0JIRACLOUD';

/** People of the example catalog as Slack has them, and some whom the catalog or Slack does not want to decide. */
export const workspace = {
  users: [
    { id: 'U0JONAS', name: 'jonas', real_name: 'Jonas Weber' },
    { id: 'U0PRIYA', name: 'priya', real_name: 'Priya Raman' },
    { id: 'U0LIN', name: 'lin', real_name: 'Lin Zhao' },
    { id: 'U0DANIEL', name: 'daniel', real_name: 'Daniel Kim' },
    { id: 'U0TOMAS', name: 'tomas', real_name: 'Tomas Novak' },
    { id: 'U0RUTH', name: 'ruth', real_name: 'Ruth Adeyemi' },
    { id: 'U0SOFIA', name: 'sofia', real_name: 'Sofia Marques' },
    { id: 'U0HANNAH', name: 'hannah', real_name: 'Hannah Lindqvist', is_restricted: true },
    { id: 'U0STRANGER', name: 'stranger', real_name: 'Sam Stranger' },
  ],
  channels: [{ id: channel, name: 'jira-cloud-dr' }],
  usergroups: [{ id: 'S0COMMANDERS', handle: 'commanders', name: 'Commanders', users: ['U0TOMAS'] }],
};
