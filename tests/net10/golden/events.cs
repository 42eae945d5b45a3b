// What a process sees of itself: EventListener over its own sources and the class
// library's, EventCounters, DiagnosticListener, Activity, Meter. The outside is not served.
using System.Collections.Concurrent;
using System.Collections.ObjectModel;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Diagnostics.Tracing;

[EventSource(Name = "Own-Source", Guid = "11111111-2222-3333-4444-555555555555")]
class Own : EventSource
{
    public static readonly Own Log = new();

    public class Keywords
    {
        public const EventKeywords First = (EventKeywords)1;
        public const EventKeywords Second = (EventKeywords)2;
    }

    public class Tasks { public const EventTask Work = (EventTask)7; }

    [Event(1, Level = EventLevel.Informational, Message = "said {0} {1}", Keywords = Keywords.First)]
    public void Said(string text, int n) => WriteEvent(1, text, n);
    [Event(2, Level = EventLevel.Verbose, Keywords = Keywords.Second)]
    public void Loud(long a, double b, bool c) => WriteEvent(2, a, b, c);
    [Event(3, Opcode = EventOpcode.Start, Task = Tasks.Work, Keywords = Keywords.First)]
    public void WorkStart(int id) => WriteEvent(3, id);
    [Event(4, Opcode = EventOpcode.Stop, Task = Tasks.Work, Keywords = Keywords.First)]
    public void WorkStop(int id) => WriteEvent(4, id);
    [Event(5)]
    public unsafe void Core(int a, string b)
    {
        fixed (char* p = b)
        {
            EventData* data = stackalloc EventData[2];
            data[0].DataPointer = (IntPtr)(&a);
            data[0].Size = 4;
            data[1].DataPointer = (IntPtr)p;
            data[1].Size = (b.Length + 1) * 2;
            WriteEventCore(5, 2, data);
        }
    }
    [Event(6)]
    public void Related(Guid other, string text) => WriteEventWithRelatedActivityId(6, other, text);
    [Event(7)]
    public void Kinds(byte a, short b, DayOfWeek c, Guid d, DateTime e, byte[] f) => WriteEvent(7, a, b, c, d, e, f);
    [NonEvent]
    public void Helper() => Said("from a helper", -1);
    protected override void OnEventCommand(EventCommandEventArgs command) =>
        Lines.Add("command " + command.Command + " " + string.Join(",", (command.Arguments ?? new Dictionary<string, string>()).Select(a => a.Key + "=" + a.Value)));
}

class RuntimeCounters : EventListener
{
    public readonly ManualResetEventSlim Seen = new();

    protected override void OnEventSourceCreated(EventSource source)
    {
        if (source.Name == "System.Runtime")
            EnableEvents(source, EventLevel.Informational, EventKeywords.All, new Dictionary<string, string> { ["EventCounterIntervalSec"] = "0.1" });
    }

    protected override void OnEventWritten(EventWrittenEventArgs e)
    {
        if (e.EventName == "EventCounters" && e.Payload[0] is IDictionary<string, object> counter && (string)counter["Name"] == "working-set")
            Seen.Set();
    }
}

[EventData]
class Payload
{
    public int Number { get; set; }
    public string Name { get; set; }
    public int[] Values { get; set; }
}

class Listener : EventListener
{
    public Func<EventWrittenEventArgs, bool> Wanted = _ => true;

    public static bool New; // those that are disposed are heard of as long as they are not collected

    protected override void OnEventSourceCreated(EventSource source)
    {
        if (source.Name == "Own-Source" || (New && (source.Name is "Self-Describing" or "Late-Source")))
            Lines.Add("source " + source.Name);
    }

    protected override void OnEventWritten(EventWrittenEventArgs e)
    {
        if (Wanted != null && Wanted(e) && e.EventSource.Name != "System.Runtime") // whose timer may run on
            Lines.Add($"{e.EventSource.Name}/{e.EventName} {e.EventId} {e.Level} {e.Opcode} {(int)e.Task} {(long)e.Keywords:x} [{string.Join(", ", e.PayloadNames.Zip(e.Payload, (n, p) => n + "=" + Show(p)))}] {e.Message}");
    }

    static string Show(object value) => value switch
    {
        null => "null",
        string s => "\"" + s + "\"",
        byte[] b => Convert.ToHexString(b),
        IDictionary<string, object> d => "{" + string.Join(", ", d.Select(p => p.Key + "=" + Show(p.Value))) + "}",
        System.Collections.IEnumerable e => "(" + string.Join(" ", e.Cast<object>().Select(Show)) + ")",
        IFormattable f => f.ToString(null, System.Globalization.CultureInfo.InvariantCulture),
        _ => value.ToString(),
    };
}

static class Lines
{
    static readonly ConcurrentQueue<string> lines = new();
    public static void Add(string line) => lines.Enqueue(line);
    public static void Flush()
    {
        while (lines.TryDequeue(out string line))
            Console.WriteLine(line);
    }
}

static class Program
{
    static void Section(string name, Action run)
    {
        Console.WriteLine("-- " + name);
        try { run(); }
        catch (Exception e) { Lines.Add("!! " + e.GetType() + ": " + e.Message); }
        Lines.Flush();
    }

    static void Main()
    {
        Section("sources", Sources);
        Section("own source", OwnSource);
        Section("manifest", Manifest);
        Section("self-describing", SelfDescribing);
        Section("activity ids", ActivityIds);
        Section("tasks", TaskEvents);
        Section("class library", ClassLibrary);
        Section("counters", Counters);
        Section("DiagnosticListener", Diagnostics);
        Section("Activity", Activities);
        Section("Meter", Meters);
    }

    // The runtime's are there before anybody looks.
    static void Sources()
    {
        foreach (var source in EventSource.GetSources().Where(s => s.Name is "System.Runtime" or "Microsoft-Windows-DotNETRuntime"))
            Lines.Add(source.Name + " " + source.Guid + " " + source.IsEnabled());
        using var listener = new RuntimeCounters();
        listener.Seen.Wait(10000);
        Lines.Add("counters seen: " + listener.Seen.IsSet);
    }

    static void OwnSource()
    {
        Own.Log.Said("nobody listens", 0);
        Lines.Add("enabled " + Own.Log.IsEnabled());
        using (var listener = new Listener())
        {
            listener.EnableEvents(Own.Log, EventLevel.Informational, Own.Keywords.First, new Dictionary<string, string> { ["a"] = "b" });
            Lines.Add("enabled " + Own.Log.IsEnabled() + " " + Own.Log.IsEnabled(EventLevel.Verbose, Own.Keywords.First) + " " + Own.Log.IsEnabled(EventLevel.Error, Own.Keywords.Second));
            Own.Log.Said("hello", 1);
            Own.Log.Said(null, 2);
            Own.Log.Loud(1, 2.5, true);
            listener.EnableEvents(Own.Log, EventLevel.LogAlways, EventKeywords.All);
            Own.Log.Loud(1, 2.5, true);
            listener.EnableEvents(Own.Log, EventLevel.Verbose, EventKeywords.All);
            Own.Log.Loud(long.MaxValue, -0.5, false);
            Own.Log.Core(42, "by hand");
            Own.Log.Helper();
            Own.Log.Kinds(1, -2, DayOfWeek.Friday, Guid.Empty, DateTime.UnixEpoch, new byte[] { 1, 2, 255 });
            Own.Log.Related(Guid.Empty, "related");
            listener.DisableEvents(Own.Log);
            Own.Log.Said("disabled", 3);
        }
        Own.Log.Said("disposed", 4);
        using var two = new Listener();
        using var three = new Listener { Wanted = e => e.EventId == 1 };
        two.EnableEvents(Own.Log, EventLevel.Verbose);
        three.EnableEvents(Own.Log, EventLevel.Informational, Own.Keywords.First);
        Own.Log.Said("to two", 5);
        Lines.Add(Own.Log.ToString() + " " + Own.Log.Guid + " " + Own.Log.ConstructionException);
    }

    static void Manifest()
    {
        string manifest = EventSource.GenerateManifest(typeof(Own), "events.dll");
        Lines.Add(manifest.Contains("Own-Source") + " " + manifest.Contains("said %1 %2") + " " + EventSource.GetName(typeof(Own)) + " " + EventSource.GetGuid(typeof(Own)));
        Lines.Add(EventSource.GetSources().Any(s => s.Name == "Own-Source").ToString());
    }

    static void SelfDescribing()
    {
        Listener.New = true;
        using var listener = new Listener();
        using var source = new EventSource("Self-Describing", EventSourceSettings.EtwSelfDescribingEventFormat);
        listener.EnableEvents(source, EventLevel.Verbose);
        source.Write("Plain");
        source.Write("Anonymous", new { A = 1, B = "two", C = new[] { 3, 4 } });
        source.Write("Typed", new EventSourceOptions { Level = EventLevel.Warning, Keywords = (EventKeywords)4, Opcode = EventOpcode.Info },
            new Payload { Number = 5, Name = "n", Values = new[] { 1, 2 } });
        source.Write("Nested", new { Inner = new Payload { Number = 6, Name = "in" }, When = DateTime.UnixEpoch, Span = TimeSpan.FromSeconds(1) });
        Lines.Add(source.Settings.ToString());
        using var late = new EventSource("Late-Source", EventSourceSettings.ThrowOnEventWriteErrors);
        Listener.New = false;
    }

    static void ActivityIds()
    {
        using var listener = new Listener();
        var ids = new List<(string, bool, bool)>();
        listener.Wanted = e => { ids.Add((e.EventName, e.ActivityId != Guid.Empty, e.RelatedActivityId != Guid.Empty)); return false; };
        using var tasks = new Listener { Wanted = null };
        tasks.EnableEvents(EventSource.GetSources().First(s => s.Name == "System.Threading.Tasks.TplEventSource"), EventLevel.Informational, (EventKeywords)0x80);
        listener.EnableEvents(Own.Log, EventLevel.Verbose, EventKeywords.All);
        Own.Log.Said("before", 0);
        Own.Log.WorkStart(1);
        Own.Log.Said("inside", 0);
        Own.Log.WorkStart(2);
        Own.Log.WorkStop(2);
        Own.Log.WorkStop(1);
        Own.Log.Said("after", 0);
        foreach (var id in ids)
            Lines.Add(id.ToString());
        var mine = Guid.NewGuid();
        EventSource.SetCurrentThreadActivityId(mine, out Guid old);
        Lines.Add((EventSource.CurrentThreadActivityId == mine) + " " + (old == Guid.Empty));
        EventSource.SetCurrentThreadActivityId(Guid.Empty);
    }

    static void TaskEvents()
    {
        var names = new ConcurrentDictionary<string, int>();
        using (var listener = new Listener { Wanted = e => { names.AddOrUpdate(e.EventName, 1, (_, n) => n + 1); return false; } })
        {
            listener.EnableEvents(EventSource.GetSources().First(s => s.Name == "System.Threading.Tasks.TplEventSource"), EventLevel.Verbose, (EventKeywords)2);
            Task.Run(() => 1).ContinueWith(t => t.Result + 1).Wait();
        }
        foreach (string name in new[] { "TaskScheduled", "TaskStarted", "TaskCompleted", "TaskWaitBegin" })
            Lines.Add(name + " " + names.ContainsKey(name));
    }

    static void ClassLibrary()
    {
        string[] expected = { "System.Threading.Tasks.TplEventSource", "System.Buffers.ArrayPoolEventSource" };
        using var listener = new Listener { Wanted = e => e.EventName == "BufferRented" && (int)e.Payload[1] >= 100000 && false };
        System.Buffers.ArrayPool<byte>.Shared.Return(System.Buffers.ArrayPool<byte>.Shared.Rent(100));
        var names = EventSource.GetSources().Select(s => s.Name).ToHashSet();
        foreach (string name in expected)
            Lines.Add(name + " " + names.Contains(name));
    }

    class Counting : EventSource
    {
        public readonly EventCounter Latency;
        public readonly IncrementingEventCounter Requests;
        public Counting() : base("Counting-Source")
        {
            Latency = new EventCounter("latency", this) { DisplayName = "Latency", DisplayUnits = "ms" };
            Requests = new IncrementingEventCounter("requests", this) { DisplayRateTimeScale = TimeSpan.FromSeconds(1) };
            new PollingCounter("polled", this, () => 12.5);
            new IncrementingPollingCounter("rising", this, () => 3);
        }
    }

    static void Counters()
    {
        var seen = new ConcurrentDictionary<string, string>();
        using var source = new Counting();
        using var done = new ManualResetEventSlim();
        using var listener = new Listener();
        listener.Wanted = e =>
        {
            if (e.EventName == "EventCounters" && e.Payload[0] is IDictionary<string, object> d)
            {
                seen.TryAdd((string)d["Name"], d["CounterType"] + " " + d["DisplayName"] + " " + d["DisplayUnits"] + " " + string.Join(",", d.Keys.OrderBy(k => k, StringComparer.Ordinal)) +
                    ((string)d["Name"] == "polled" ? " " + d["Mean"] : ""));
                if (seen.Count == 4)
                    done.Set();
            }
            return false;
        };
        source.Latency.WriteMetric(10);
        listener.EnableEvents(source, EventLevel.Verbose, EventKeywords.All, new Dictionary<string, string> { ["EventCounterIntervalSec"] = "0.2" });
        source.Latency.WriteMetric(20);
        source.Latency.WriteMetric(30);
        source.Requests.Increment(5);
        Lines.Add("all came " + done.Wait(30000));
        foreach (var pair in seen.OrderBy(p => p.Key, StringComparer.Ordinal))
            Lines.Add(pair.Key + ": " + pair.Value);
    }

    class Observer<T> : IObserver<T>
    {
        public Action<T> Next = _ => { };
        public void OnNext(T value) => Next(value);
        public void OnError(Exception e) => Lines.Add("error " + e.Message);
        public void OnCompleted() => Lines.Add("completed");
    }

    static void Diagnostics()
    {
        using var all = DiagnosticListener.AllListeners.Subscribe(new Observer<DiagnosticListener> { Next = l => { if (l.Name.StartsWith("Own")) Lines.Add("listener " + l.Name); } });
        var source = new DiagnosticListener("Own.Listener");
        Lines.Add(source.IsEnabled() + " " + source.IsEnabled("x"));
        var subscription = source.Subscribe(new Observer<KeyValuePair<string, object>> { Next = p => Lines.Add(p.Key + " " + p.Value) }, (name, _, _) => name != "hidden");
        Lines.Add(source.IsEnabled() + " " + source.IsEnabled("x") + " " + source.IsEnabled("hidden"));
        source.Write("x", new { A = 1 });
        var activity = new Activity("Operation");
        source.StartActivity(activity, "started");
        source.StopActivity(activity, "stopped");
        subscription.Dispose();
        source.Write("x", "nobody");
        source.Dispose();
    }

    static void Activities()
    {
        using var listener = new ActivityListener
        {
            ShouldListenTo = s => s.Name == "Own.Activities",
            Sample = (ref ActivityCreationOptions<ActivityContext> o) => o.Name == "dropped" ? ActivitySamplingResult.None : ActivitySamplingResult.AllDataAndRecorded,
            ActivityStarted = a => Lines.Add("start " + a.OperationName + " " + a.Kind + " parent " + (a.ParentSpanId != default)),
            ActivityStopped = a => Lines.Add("stop " + a.OperationName + " " + string.Join(",", a.TagObjects.Select(t => t.Key + "=" + t.Value)) + " " + string.Join(",", a.Events.Select(e => e.Name)) + " " + a.Status + " " + a.StatusDescription),
        };
        using var source = new ActivitySource("Own.Activities", "1.2");
        Lines.Add("listeners " + source.HasListeners());
        ActivitySource.AddActivityListener(listener);
        Lines.Add("listeners " + source.HasListeners());
        using (Activity outer = source.StartActivity("outer", ActivityKind.Server))
        {
            outer.SetTag("a", 1).SetTag("b", "x").AddBaggage("bag", "gage");
            using (Activity inner = source.StartActivity("inner"))
            {
                inner.AddEvent(new ActivityEvent("happened")).SetStatus(ActivityStatusCode.Error, "bad");
                Lines.Add((inner.TraceId == outer.TraceId) + " " + (inner.ParentId == outer.Id) + " " + inner.GetBaggageItem("bag") + " " + inner.Recorded);
            }
            Task.Run(async () => { await Task.Yield(); Lines.Add("flows " + (Activity.Current?.OperationName ?? "none")); }).Wait();
            Lines.Add("dropped " + (source.StartActivity("dropped") == null));
        }
        Lines.Add("current " + (Activity.Current == null) + " " + Activity.DefaultIdFormat);
        var parsed = ActivityContext.Parse("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "k=v");
        Lines.Add(parsed.TraceId + " " + parsed.SpanId + " " + parsed.TraceFlags + " " + parsed.TraceState);
    }

    static void Meters()
    {
        using var meter = new Meter("Own.Meter", "2.0");
        var counter = meter.CreateCounter<int>("hits", "{hit}", "how often");
        var histogram = meter.CreateHistogram<double>("sizes");
        var updown = meter.CreateUpDownCounter<long>("open");
        var gauge = meter.CreateGauge<int>("level");
        meter.CreateObservableGauge("observed", () => new[] { new Measurement<int>(1, new KeyValuePair<string, object>("k", "a")), new Measurement<int>(2) });
        meter.CreateObservableCounter("total", () => 99L);
        using var listener = new MeterListener();
        listener.InstrumentPublished = (i, l) => { if (i.Meter.Name == "Own.Meter") { Lines.Add("published " + i.Name + " " + i.Unit + " " + i.Description); l.EnableMeasurementEvents(i, "state"); } };
        listener.MeasurementsCompleted = (i, state) => Lines.Add("completed " + i.Name + " " + state);
        void Got<T>(Instrument i, T value, ReadOnlySpan<KeyValuePair<string, object>> tags, object state) where T : struct =>
            Lines.Add(i.Name + " " + Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture) + " " + string.Join(",", tags.ToArray().Select(t => t.Key + "=" + t.Value)) + " " + state);
        listener.SetMeasurementEventCallback<int>(Got);
        listener.SetMeasurementEventCallback<long>(Got);
        listener.SetMeasurementEventCallback<double>(Got);
        listener.Start();
        counter.Add(1);
        counter.Add(2, new KeyValuePair<string, object>("route", "/"), new("code", 200));
        histogram.Record(1.5);
        updown.Add(-3);
        gauge.Record(7);
        listener.RecordObservableInstruments();
        Lines.Add(counter.Enabled + " " + counter.IsObservable);
    }
}
