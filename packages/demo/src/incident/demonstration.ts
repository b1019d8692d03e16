import type { Demonstration } from '../demonstration.ts';
import type { Screen } from '../screen.ts';
import { type News, newsOf, newsOfDeed } from './news.ts';
import type { Reading } from './reading.ts';
import { renderIntroduction, renderReport, reportJson } from './report.ts';
import { isAsExpected, runIncident } from './run.ts';
import { renderMoment, renderNews } from './view.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** At night, when nobody looks at charts. */
const startHour = 2;
const synthesizing = 'Synthesizing it ...';

/** Page views fall, people are told until one of them answers, and page views are back. */
export function ofIncident(screen: Screen): Demonstration {
  screen.say(renderIntroduction(screen));
  screen.show(
    () => synthesizing,
    () => `${synthesizing}\n`,
  );
  return {
    // Of the wall's day, since DynamoDB Local deletes by the wall's time what has expired.
    startMs: Math.floor(Date.now() / dayMs) * dayMs + startHour * hourMs,
    evaluateAlarms: true,
    run: async (engine, screen, signal) => {
      let latest: Reading | undefined;
      const tell = (news: readonly News[]): void => {
        for (const each of news) screen.say(renderNews(each, screen.columns, screen.colours));
        draw();
      };
      const draw = (): void => {
        const reading = latest;
        // Elsewhere the news say all there is to say.
        if (reading === undefined || !screen.live) return;
        const picture = () => renderMoment(reading, engine.clock.factor, screen.columns, screen.colours);
        screen.show(picture, picture);
      };
      const result = await runIncident(engine, {
        ...{ signal, columns: screen.columns },
        onReading: (reading) => {
          const news = newsOf(latest, reading);
          latest = reading;
          tell(news);
        },
        onDeed: (atMs, deed) => tell([newsOfDeed(atMs, deed)]),
      });
      const report = (on: Screen) => renderReport(result, on);
      return { isAsExpected: isAsExpected(result), json: reportJson(result), report };
    },
  };
}
