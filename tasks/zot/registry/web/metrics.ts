import { speaksAs } from '../version.ts'

/** Counts requests for Prometheus. */
export class Metrics {
  private readonly requests = new Map<string, number>()
  private readonly started = Date.now()

  count(method: string, status: number): void {
    const key = `code="${status}",method="${/^[A-Z]{1,10}$/.test(method) ? method : 'OTHER'}"`
    this.requests.set(key, (this.requests.get(key) ?? 0) + 1)
  }

  /** The text format, version 0.0.4. */
  text(): string {
    const requests = [...this.requests].sort().map(([labels, count]) => `zot_http_requests_total{${labels}} ${count}`)
    return [
      '# HELP zot_info Zot general information',
      '# TYPE zot_info gauge',
      `zot_info{binaryType="stand-in",commit="stand-in",distSpecVersion="1.1.1",goVersion="",version="${speaksAs}"} 0`,
      '# HELP zot_http_requests_total Total number of http request in zot',
      '# TYPE zot_http_requests_total counter',
      ...requests,
      '# HELP process_start_time_seconds Start time of the process since unix epoch in seconds.',
      '# TYPE process_start_time_seconds gauge',
      `process_start_time_seconds ${this.started / 1000}`,
      '',
    ].join('\n')
  }
}
