// FileSystemWatcher: files that are made, changed and deleted, in a tree, by a pattern.
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;

static class Watcher
{
    static readonly List<string> events = new List<string>();

    static void Note(string text)
    {
        lock (events) {
            if (!events.Contains(text))
                events.Add(text);
            Monitor.PulseAll(events);
        }
    }

    static void Await(string text)
    {
        lock (events) {
            while (!events.Contains(text))
                if (!Monitor.Wait(events, 20000))
                    break;
            Console.WriteLine("{0}: {1}", text, events.Contains(text));
        }
    }

    static void Main()
    {
        if (Directory.Exists("watched"))
            Directory.Delete("watched", true);
        Directory.CreateDirectory("watched/sub");
        using (var watcher = new FileSystemWatcher("watched", "*.txt")) {
            watcher.IncludeSubdirectories = true;
            watcher.Created += (s, e) => Note("created " + e.Name);
            watcher.Changed += (s, e) => Note("changed " + e.Name);
            watcher.Deleted += (s, e) => Note("deleted " + e.Name);
            watcher.EnableRaisingEvents = true;
            File.WriteAllText("watched/a.txt", "1");
            Await("created a.txt");
            File.WriteAllText("watched/ignored.log", "1");
            File.AppendAllText("watched/a.txt", "2");
            Await("changed a.txt");
            File.Move("watched/a.txt", "watched/b.txt");
            File.WriteAllText("watched/sub/c.txt", "1");
            Await("created sub/c.txt");
            File.Delete("watched/b.txt");
            Await("deleted b.txt");
        }
        Console.WriteLine(events.Any(text => text.Contains("ignored")));
        Directory.Delete("watched", true);
        try {
            new FileSystemWatcher("watched");
        } catch (ArgumentException e) {
            Console.WriteLine(e.Message);
        }
    }
}
