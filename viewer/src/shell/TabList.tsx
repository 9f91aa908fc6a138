import { showTab, TABS, type Tab } from './tabs.ts';

export function TabList({ tab, tabs }: { tab: Tab; tabs: readonly Tab[] }) {
  return (
    <nav aria-label="Parts of the page">
      <div
        role="tablist"
        aria-label="Parts of the page"
        onKeyDown={({ key, currentTarget }) => {
          const by = { ArrowLeft: -1, ArrowRight: 1 }[key];
          if (by === undefined) return;
          const at = (tabs.indexOf(tab) + by + tabs.length) % tabs.length;
          showTab(tabs[at]);
          currentTarget.querySelectorAll('button')[at].focus();
        }}
      >
        {tabs.map((name) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`tab-${name}`}
            aria-controls="tab"
            aria-selected={name === tab}
            aria-keyshortcuts={String(TABS.indexOf(name) + 1)}
            tabIndex={name === tab ? 0 : -1}
            onClick={() => {
              showTab(name);
            }}
          >
            {name}
          </button>
        ))}
      </div>
    </nav>
  );
}
