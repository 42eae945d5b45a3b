// Product of two N x N matrices (default 24), as jagged and as two-dimensional arrays.
using System;
using System.Globalization;

static class MatMul
{
    static double[][] MakeJagged(int n, double seed)
    {
        var m = new double[n][];
        for (int i = 0; i < n; i++) {
            m[i] = new double[n];
            for (int j = 0; j < n; j++)
                m[i][j] = seed * (i - j) * (i + j) / n / n;
        }
        return m;
    }

    static double[,] MakeRectangular(int n, double seed)
    {
        var m = new double[n, n];
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++)
                m[i, j] = seed * (i - j) * (i + j) / n / n;
        return m;
    }

    static double[][] Multiply(double[][] a, double[][] b)
    {
        int n = a.Length;
        var c = new double[n][];
        for (int i = 0; i < n; i++) {
            double[] row = new double[n], left = a[i];
            for (int k = 0; k < n; k++) {
                double factor = left[k];
                double[] right = b[k];
                for (int j = 0; j < row.Length; j++)
                    row[j] += factor * right[j];
            }
            c[i] = row;
        }
        return c;
    }

    static double[,] Multiply(double[,] a, double[,] b)
    {
        int n = a.GetLength(0);
        var c = new double[n, n];
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++) {
                double sum = 0;
                for (int k = 0; k < n; k++)
                    sum += a[i, k] * b[k, j];
                c[i, j] = sum;
            }
        return c;
    }

    static void Print(string kind, double trace)
    {
        Console.WriteLine("{0} {1}", kind, trace.ToString("F6", CultureInfo.InvariantCulture));
    }

    static void Main(string[] args)
    {
        int n = args.Length > 0 ? int.Parse(args[0]) : 24;
        string kind = args.Length > 1 ? args[1] : "both";
        double trace = 0;
        if (kind != "rectangular") {
            double[][] c = Multiply(MakeJagged(n, 1.0), MakeJagged(n, 2.0));
            for (int i = 0; i < n; i++)
                trace += c[i][i];
            Print("jagged", trace);
        }
        if (kind != "jagged") {
            double[,] c = Multiply(MakeRectangular(n, 1.0), MakeRectangular(n, 2.0));
            trace = 0;
            for (int i = 0; i < n; i++)
                trace += c[i, i];
            Print("rectangular", trace);
        }
    }
}
