import type { Clock } from '../clock.ts';
import type { MetricStore } from '../services/cloudwatch/store.ts';
import type { ResourceType } from '../template/resource-type.ts';
import { used } from '../template/shape.ts';

/** `AWS::CloudWatch::Dashboard`: kept and listed; there is no console that draws it. */
export function dashboardType(store: MetricStore, clock: Clock): ResourceType {
  return {
    members: { DashboardName: used, DashboardBody: used },
    async create({ properties, generatedName }) {
      const name = typeof properties.DashboardName === 'string' ? properties.DashboardName : generatedName(255);
      store.putDashboard({ name, body: String(properties.DashboardBody), modifiedMs: clock.now() });
      return { physicalId: name, attributes: {} };
    },
  };
}
