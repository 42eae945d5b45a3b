// What the system says of files becomes the exceptions, numbers and words of System.IO.
using System;
using System.Diagnostics;
using System.IO;

static class IOErrors
{
    static string root;

    static void Try(string what, Action action)
    {
        try {
            action();
            Console.WriteLine("{0}: done", what);
        } catch (Exception e) {
            Console.WriteLine("{0}: {1} {2:x8} {3}", what, e.GetType().Name, e.HResult,
                e.Message.Replace(root, "ROOT"));
        }
    }

    static string At(string name)
    {
        return Path.Combine(root, name);
    }

    static void Run(string program, string arguments)
    {
        var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false });
        process.WaitForExit();
    }

    static void Full()
    {
        const string full = "/dev/full";
        Try("write", () => {
            using (var file = new FileStream(full, FileMode.Open, FileAccess.Write))
                file.Write(new byte[10000], 0, 10000);
        });
        Try("text", () => File.WriteAllText(full, "text"));
        Try("copy", () => File.Copy(At("plain"), full, true));
        Try("writer", () => {
            using (var writer = new StreamWriter(full))
                writer.Write(new string('x', 100000));
        });
    }

    static void Paths()
    {
        Run("/bin/ln", "-s loop " + At("loop"));
        Run("/bin/sh", "-c \"exec mkfifo " + At("fifo") + "\"");
        Directory.CreateDirectory(At("d/sub"));
        File.WriteAllText(At("d/file"), "x");
        Try("loop", () => File.ReadAllText(At("loop")));
        Try("loop write", () => File.WriteAllText(At("loop"), ""));
        Try("long", () => File.ReadAllText(At(new string('a', 300))));
        Try("long directory", () => Directory.CreateDirectory(At(new string('a', 300))));
        Try("directory", () => File.ReadAllText(At("d")));
        Try("directory write", () => File.WriteAllText(At("d"), ""));
        Try("no directory", () => File.ReadAllText(At("plain/x")));
        Try("not empty", () => Directory.Delete(At("d")));
        Try("none", () => File.ReadAllText(At("none")));
        Try("none there", () => File.ReadAllText(At("no/none")));
        Try("new", () => new FileStream(At("plain"), FileMode.CreateNew));
        Try("move", () => File.Move(At("plain"), At("no/file")));
        Try("move inside", () => Directory.Move(At("d"), At("d/sub/x")));
        Try("reader of nothing", () => File.WriteAllText("/proc/self/oom_score_adj", "text"));
        Try("address 0", () => {
            using (var file = File.OpenRead("/proc/self/mem"))
                file.Read(new byte[10], 0, 10);
        });
        Try("no driver", () => File.OpenRead("/proc/none"));
    }

    static void Pipe()
    {
        Try("pipe", () => {
            var info = new ProcessStartInfo("/bin/true") { UseShellExecute = false };
            info.RedirectStandardInput = true;
            var process = Process.Start(info);
            process.WaitForExit();
            for (int i = 0; i < 50; i++) {
                process.StandardInput.WriteLine("to nobody");
                process.StandardInput.Flush();
            }
        });
    }

    static void Main()
    {
        root = Path.Combine(Path.GetTempPath(), "ioerrors" + Process.GetCurrentProcess().Id);
        Directory.CreateDirectory(root);
        File.WriteAllText(At("plain"), "x");
        try {
            Full();
            Paths();
        } finally {
            File.Delete(At("loop"));
            Directory.Delete(root, true);
        }
        Environment.CurrentDirectory = "/";
        root = Environment.CurrentDirectory + "[Unknown]";
        Pipe();
    }
}
