// The Mandelbrot set on an N x N grid (default 48): a picture when small, else a checksum.
using System;
using System.Text;

static class Mandelbrot
{
    const int Limit = 50;

    static int Iterations(double cr, double ci)
    {
        double zr = 0, zi = 0;
        int i = 0;
        while (i < Limit && zr * zr + zi * zi <= 4) {
            double t = zr * zr - zi * zi + cr;
            zi = 2 * zr * zi + ci;
            zr = t;
            i++;
        }
        return i;
    }

    static void Main(string[] args)
    {
        int n = args.Length > 0 ? int.Parse(args[0]) : 48;
        var picture = new StringBuilder();
        long sum = 0;
        for (int y = 0; y < n; y++) {
            for (int x = 0; x < n; x++) {
                int i = Iterations(2.0 * x / n - 1.5, 2.0 * y / n - 1.0);
                sum += i;
                if (n <= 64)
                    picture.Append(i == Limit ? '#' : i > 8 ? '+' : i > 4 ? '.' : ' ');
            }
            if (n <= 64)
                picture.Append('|').Append('\n');
        }
        Console.Write(picture);
        Console.WriteLine("checksum {0}", sum);
    }
}
