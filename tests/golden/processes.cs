// Child processes: output, input, exit codes, environment, and what can't be started.
using System;
using System.ComponentModel;
using System.Diagnostics;
using System.Text;

static class Processes
{
    static void Show(string name, Func<object> body)
    {
        try {
            Console.WriteLine("{0}: {1}", name, body());
        } catch (Exception e) {
            var system = e as Win32Exception;
            Console.WriteLine("{0}: {1} {2} {3}", name, e.GetType().Name, e.Message,
                              system == null ? 0 : system.NativeErrorCode);
        }
    }

    static Process Start(string file, string arguments, Action<ProcessStartInfo> more = null)
    {
        var info = new ProcessStartInfo(file, arguments) { UseShellExecute = false, RedirectStandardOutput = true };
        if (more != null)
            more(info);
        return Process.Start(info);
    }

    static string Output(string file, string arguments, Action<ProcessStartInfo> more = null)
    {
        using (var process = Start(file, arguments, more)) {
            var text = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return text.Trim() + " " + process.ExitCode;
        }
    }

    static object Lines()
    {
        var text = new StringBuilder();
        var process = new Process { StartInfo = new ProcessStartInfo("/bin/sh", "-c 'echo 1; echo 2; exit 3'") {
            UseShellExecute = false, RedirectStandardOutput = true } };
        process.OutputDataReceived += (s, e) => { lock (text) text.Append(e.Data ?? "."); };
        process.Start();
        process.BeginOutputReadLine();
        process.WaitForExit();
        return text + " " + process.ExitCode;
    }

    static object Input()
    {
        var process = Start("cat", "-", info => info.RedirectStandardInput = true);
        process.StandardInput.WriteLine("through");
        process.StandardInput.Close();
        var text = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        return text;
    }

    static object Killed()
    {
        var process = Start("/bin/sleep", "30");
        bool ended = process.WaitForExit(20);
        process.Kill();
        process.WaitForExit();
        return ended + " " + process.ExitCode;
    }

    static void Main()
    {
        Show("echo", () => Output("/bin/echo", "a \"b  c\" 'd' \\\"e\\\""));
        Show("false", () => Output("/bin/false", ""));
        Show("search", () => Output("true", ""));
        Show("environment", () => Output("/bin/sh", "-c 'echo $GIVEN'", info => info.EnvironmentVariables["GIVEN"] = "yes"));
        Show("directory", () => Output("/bin/pwd", "", info => info.WorkingDirectory = "/"));
        Show("signal", () => Output("/bin/sh", "-c 'kill -9 $$'"));
        Show("lines", Lines);
        Show("input", Input);
        Show("killed", Killed);
        Show("missing", () => Output("/no/such/file", ""));
        Show("a directory", () => Output("/etc", ""));
        Show("a text", () => Output("/etc/passwd", ""));
        Show("no name", () => Process.Start(new ProcessStartInfo("")));
        Show("no process", () => Process.GetProcessById(int.MaxValue));
        Show("modules", () => Process.GetCurrentProcess().Modules.Count > 0);
        Show("program", () => Process.GetCurrentProcess().MainModule.FileName.StartsWith("/"));
    }
}
