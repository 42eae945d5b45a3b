// Performance counters: unknown ones read as nothing, those of System.Web can be set.
using System;
using System.Diagnostics;

static class Counters
{
    static void Show(string name, Func<object> body)
    {
        try {
            Console.WriteLine("{0}: {1}", name, body());
        } catch (Exception e) {
            Console.WriteLine("{0}: {1}", name, e.GetType().Name);
        }
    }

    static void Main()
    {
        Show("value", () => new PerformanceCounter("nothing", "here").NextValue());
        Show("sample", () => new PerformanceCounter("nothing", "here").NextSample().RawValue);
        Show("add", () => new PerformanceCounter("nothing", "here", false).Increment());
        Show("set", () => { new PerformanceCounter("nothing", "here", false).RawValue = 5; return 0; });
        Show("category", () => PerformanceCounterCategory.Exists("nothing"));
        Show("counter", () => PerformanceCounterCategory.CounterExists("here", "nothing"));
        Show("instances", () => new PerformanceCounterCategory("nothing").GetInstanceNames().Length);
        Show("requests", () => {
            var counter = new PerformanceCounter("ASP.NET", "Requests Total") { ReadOnly = false };
            counter.RawValue = 40;
            return counter.Increment() + counter.IncrementBy(1);
        });
    }
}
