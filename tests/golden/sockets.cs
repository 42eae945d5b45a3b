// Sockets on the loopback interface: TCP, UDP, asynchronous and cancelled calls, options,
// names, and the errors they end with.
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;

static class Sockets
{
    static void Show(string name, Func<object> body)
    {
        try {
            Console.WriteLine("{0}: {1}", name, body());
        } catch (Exception e) {
            for (; e != null; e = e.InnerException) {
                var socket = e as SocketException;
                Console.WriteLine("{0}: {1} {2} {3}", name, e.GetType().Name, e.Message,
                                  socket == null ? "" : socket.SocketErrorCode.ToString());
            }
        }
    }

    static TcpListener Listen()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return listener;
    }

    static int PortOf(TcpListener listener)
    {
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    static byte[] Ascii(string text)
    {
        return Encoding.ASCII.GetBytes(text);
    }

    static void Echo(object argument)
    {
        var listener = (TcpListener)argument;
        for (int i = 0; i < 3; i++)
            using (var client = listener.AcceptTcpClient()) {
                var reader = new StreamReader(client.GetStream());
                var writer = new StreamWriter(client.GetStream()) { AutoFlush = true };
                for (string line; (line = reader.ReadLine()) != null && line != "quit";)
                    writer.WriteLine("echo:" + line.ToUpperInvariant());
            }
    }

    static object Lines(int port)
    {
        using (var client = new TcpClient("127.0.0.1", port)) {
            var reader = new StreamReader(client.GetStream());
            var writer = new StreamWriter(client.GetStream()) { AutoFlush = true };
            writer.WriteLine("hello");
            string first = reader.ReadLine();
            writer.WriteLine(new string('x', 100000));
            int length = reader.ReadLine().Length;
            writer.WriteLine("quit");
            return first + " " + length + " " + (reader.ReadLine() ?? "end");
        }
    }

    static object Awaited(int port)
    {
        using (var client = new TcpClient()) {
            client.ConnectAsync(IPAddress.Loopback, port).Wait();
            var stream = client.GetStream();
            stream.WriteAsync(Ascii("abc\n"), 0, 4).Wait();
            var buffer = new byte[9];
            for (int n = 0; n < buffer.Length;)
                n += stream.ReadAsync(buffer, n, buffer.Length - n).Result;
            return Encoding.ASCII.GetString(buffer).Trim();
        }
    }

    static object Options(int port)
    {
        using (var s = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)) {
            s.Connect(new IPEndPoint(IPAddress.Loopback, port));
            s.NoDelay = true;
            s.ReceiveTimeout = 5000;
            s.LingerState = new LingerOption(true, 1);
            var parts = new List<ArraySegment<byte>> {
                new ArraySegment<byte>(Ascii("par")), new ArraySegment<byte>(Ascii("ts\n")) };
            int sent = s.Send(parts), got = 0;
            var buffer = new byte[50];
            while (got < 11)
                got += s.Receive(buffer, got, buffer.Length - got, SocketFlags.None);
            var facts = new object[] { sent, Encoding.ASCII.GetString(buffer, 0, got).Trim(),
                s.Poll(1000, SelectMode.SelectWrite), s.Poll(0, SelectMode.SelectRead), s.Available,
                s.NoDelay, s.ReceiveTimeout, s.LingerState.Enabled, s.LingerState.LingerTime,
                s.Connected, s.IsBound, s.LocalEndPoint.AddressFamily, s.DontFragment,
                s.RemoteEndPoint.ToString() == "127.0.0.1:" + port,
                s.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Type),
                s.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error) };
            s.Send(Ascii("quit\n"));
            s.Shutdown(SocketShutdown.Both);
            return string.Join(" ", facts);
        }
    }

    static void Tcp()
    {
        var listener = Listen();
        int port = PortOf(listener);
        var server = new Thread(Echo) { IsBackground = true };
        server.Start(listener);
        Show("lines", () => Lines(port));
        Show("awaited", () => Awaited(port));
        Show("options", () => Options(port));
        server.Join();
        listener.Stop();
        Show("refused", () => new TcpClient("127.0.0.1", port));
    }

    static object Begun()
    {
        var listener = Listen();
        var accepting = listener.BeginAcceptTcpClient(null, null);
        var client = new TcpClient();
        client.EndConnect(client.BeginConnect(IPAddress.Loopback, PortOf(listener), null, null));
        var server = listener.EndAcceptTcpClient(accepting);
        var reading = client.GetStream().BeginRead(new byte[5], 0, 5, null, null);
        server.GetStream().Write(new byte[3], 0, 3);
        int n = client.GetStream().EndRead(reading);
        server.Close();
        return n + " " + client.GetStream().Read(new byte[5], 0, 5);
    }

    static object Accepted()
    {
        var listener = Listen();
        using (new TcpClient("127.0.0.1", PortOf(listener)))
            listener.AcceptSocket().Close(); // what comes next is compiled now
        var stop = new Thread(() => { Thread.Sleep(200); listener.Stop(); });
        stop.Start();
        try {
            return listener.AcceptSocket();
        } finally {
            stop.Join();
        }
    }

    static object ClosedWhileReading()
    {
        var listener = Listen();
        var client = new TcpClient("127.0.0.1", PortOf(listener));
        var reading = client.Client.BeginReceive(new byte[5], 0, 5, SocketFlags.None, null, null);
        client.Close();
        return client.Client == null ? -1 : client.Client.EndReceive(reading);
    }

    static object TimedOut()
    {
        var listener = Listen();
        using (var client = new TcpClient("127.0.0.1", PortOf(listener))) {
            client.ReceiveTimeout = 50;
            return client.GetStream().ReadByte();
        }
    }

    static object Udp()
    {
        using (var a = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0)))
        using (var b = new UdpClient()) {
            var target = (IPEndPoint)a.Client.LocalEndPoint;
            b.Send(Ascii("dgram"), 5, target);
            var from = new IPEndPoint(IPAddress.Any, 0);
            string text = Encoding.ASCII.GetString(a.Receive(ref from));
            a.Send(new byte[] { 1, 2 }, 2, from);
            int back = b.Receive(ref from).Length;
            b.Send(new byte[20], 20, target);
            var ready = new List<Socket> { a.Client, b.Client };
            Socket.Select(ready, null, null, 5000000);
            int selected = ready.Count == 1 && ready[0] == a.Client ? 1 : -1;
            int cut = a.Client.Receive(new byte[5]);
            var later = a.ReceiveAsync();
            b.Send(new byte[7], 7, target);
            return string.Join(" ", text, from.Address, back, selected, cut, later.Result.Buffer.Length);
        }
    }

    static object File()
    {
        System.IO.File.WriteAllText("sent.txt", "content");
        var listener = Listen();
        using (var client = new TcpClient("127.0.0.1", PortOf(listener)))
        using (var server = listener.AcceptTcpClient()) {
            client.Client.SendFile("sent.txt", Ascii("<"), Ascii(">"), TransmitFileOptions.UseDefaultWorkerThread);
            client.Close();
            return new StreamReader(server.GetStream()).ReadToEnd();
        }
    }

    static object Six()
    {
        var listener = new TcpListener(IPAddress.IPv6Loopback, 0);
        listener.Start();
        using (var client = new TcpClient(AddressFamily.InterNetworkV6)) {
            client.Connect(IPAddress.IPv6Loopback, PortOf(listener));
            return ((IPEndPoint)client.Client.RemoteEndPoint).Address;
        }
    }

    static Socket New(SocketType type, ProtocolType protocol)
    {
        return new Socket(AddressFamily.InterNetwork, type, protocol);
    }

    // A port is free again when a listener is closed, whatever it waits for.
    static object ClosedWhileAccepting()
    {
        int port = 0, disposed = 0;
        for (int i = 0; i < 3; i++) {
            var done = new ManualResetEvent(false);
            var listener = New(SocketType.Stream, ProtocolType.Tcp);
            listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
            port = ((IPEndPoint)listener.LocalEndPoint).Port;
            listener.Listen(1);
            listener.BeginAccept(result => {
                try {
                    listener.EndAccept(result);
                } catch (ObjectDisposedException) {
                    disposed++;
                }
                done.Set();
            }, null);
            listener.Close();
            done.WaitOne();
        }
        return disposed;
    }

    static object Options()
    {
        var tcp = New(SocketType.Stream, ProtocolType.Tcp);
        tcp.SendBufferSize = tcp.ReceiveBufferSize = 16384;
        tcp.ExclusiveAddressUse = true;
        tcp.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.DontLinger, false);
        return tcp.SendBufferSize + " " + tcp.ReceiveBufferSize + " " +
               tcp.ExclusiveAddressUse + " " +
               New(SocketType.Stream, ProtocolType.Tcp).ExclusiveAddressUse + " " +
               tcp.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.DontLinger);
    }

    static object SecondAddress()
    {
        var listener = New(SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        var client = New(SocketType.Stream, ProtocolType.Tcp);
        client.Connect(new[] { IPAddress.Parse("127.0.0.7"), IPAddress.Loopback },
                       ((IPEndPoint)listener.LocalEndPoint).Port);
        return ((IPEndPoint)client.RemoteEndPoint).Address;
    }

    static void Main()
    {
        Tcp();
        Show("closed while accepting", ClosedWhileAccepting);
        Show("options", Options);
        Show("second address", SecondAddress);
        Show("number for linger", () => {
            New(SocketType.Stream, ProtocolType.Tcp).SetSocketOption(
                SocketOptionLevel.Socket, SocketOptionName.Linger, 1);
            return "set";
        });
        Show("family", () => new Socket(AddressFamily.AppleTalk, SocketType.Stream, ProtocolType.Tcp));
        Show("begun", Begun);
        Show("accepted", Accepted);
        Show("closed", ClosedWhileReading);
        Show("timed out", TimedOut);
        Show("udp", Udp);
        Show("file", File);
        if (Socket.OSSupportsIPv6)
            Show("six", Six);
        Show("unconnected", () => New(SocketType.Stream, ProtocolType.Tcp).Send(new byte[1]));
        Show("protocol", () => New(SocketType.Stream, ProtocolType.Udp));
        Show("disposed", () => { var s = New(SocketType.Dgram, ProtocolType.Udp); s.Close(); return s.Available; });
        Show("in use", () => {
            var first = Listen();
            new TcpListener(IPAddress.Loopback, PortOf(first)).Start();
            return "twice";
        });
        Show("host name", () => Dns.GetHostName() == Environment.MachineName);
        Show("localhost", () => Dns.GetHostAddresses("localhost").All(IPAddress.IsLoopback));
    }
}
